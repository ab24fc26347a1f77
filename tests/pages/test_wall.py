"""The wall, walked: the leader of a teacher finds nothing of hers on any page, and no id of hers is anything to him.

The word planted in all she wrote is on no page he can reach; each of her ids, put in every address that takes one,
answers as an id that never was.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.pages.house import House, crawl
from tests.pages.matrix import Row
from tests.pages.test_access_matrix import ROWS, found, route_of
from tests.pages.world import CANARY

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PROOF = re.compile(r'name="(csrf_token|once)" value="[^"]*"')


def plain(answer: Any) -> tuple[int, str]:
    """An answer without what differs between any two: the proofs of its form, and the ids of its own address."""
    return answer.status_code, ID.sub("*", PROOF.sub("", answer.text))


@pytest.mark.parametrize("role", ["leader", "colleague", "administrator", "elsewhere", "board", "anonymous"])
def test_no_page_shows_the_words_of_a_teacher_to_who_may_not_read_them(house: House, role: str) -> None:
    starts = ("/shared", "/circles", "/readings", "/bin", "/account/take-along", "/coaching", "/leader")
    pages = crawl(house, role, *starts)
    assert len(pages) >= 5
    assert [path for path, page in pages.items() if CANARY in page.text] == []
    if role != "administrator":  # who agreed to be coached by whom is part of an administrator's work
        hers = {house.world.ids[name] for name in house.world.hers}
        assert [path for path, page in pages.items() if hers & set(ID.findall(page.text))] == []


def test_the_same_walk_finds_the_words_where_they_may_be_read(house: House) -> None:
    for role in ("owner", "coach", "member"):
        pages = crawl(house, role, "/shared", "/circles", "/desk")
        assert sum(CANARY in page.text for page in pages.values()) >= 3, role


def test_every_id_of_hers_answers_the_leader_as_one_that_never_was(house: House) -> None:
    """Every address of every row that names something of hers, and every id of hers in every place of every address."""
    asked, rules = set(), set()
    hers = sorted(house.world.hers)
    leader, token = house.browser("leader"), house.token()

    def ask(row: Row, address: str) -> Any:
        if row.method == "GET":
            return leader.get(address)
        return leader.post(address, data=row.form(house.world) | {"csrf_token": token})

    for row in ROWS:
        names = re.findall(r"{(\w+)}", row.address)
        if not set(names) & set(hers):
            continue
        never = plain(ask(row, row.address.format_map(dict.fromkeys(names, house.world.ids["nobody"]))))
        tries = [house.world.ids]
        if row.method == "GET" and route_of(house, row) not in rules:
            tries += [house.world.ids | {names[-1]: house.world.ids[name]} for name in hers]
            rules.add(route_of(house, row))
        for ids in tries:
            address = row.address.format_map(ids)
            if (row.method, address) in asked:
                continue
            asked.add((row.method, address))
            real = ask(row, address)
            assert found(real) == "404", f"{row.method} {address}"
            assert plain(real) == never, f"{row.method} {address} differs from an id that never was"
    assert len(asked) > 200


def test_a_list_of_the_leader_is_as_long_as_if_she_had_written_nothing(house: House) -> None:
    before = {path: plain(page) for path, page in crawl(house, "leader").items()}
    with house.app.database.write() as session:
        # What she wrote where the two are together is the wall's second door: the leader reads that.
        elsewhere = "portfolio_id NOT IN (SELECT id FROM portfolio WHERE kind = 'joint')"
        session.execute(text(f"DELETE FROM entry WHERE author_id <> :me AND {elsewhere}"), {"me": _id(house, "leader")})
        session.execute(text("DELETE FROM circle"))
        session.execute(text("DELETE FROM coaching"))
    house.dirty = True
    assert {path: plain(page) for path, page in crawl(house, "leader").items()} == before


def _id(house: House, name: str) -> str:
    raw = house.world.ids[name]
    return raw.replace("-", "") if house.app.database.dialect == "sqlite" else raw
