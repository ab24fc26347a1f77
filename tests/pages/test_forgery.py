"""Nothing acts without the proof of its own page, and looking changes nothing."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import MetaData, select

from portfolio.db import Database
from tests.pages.house import House, Page, crawl
from tests.pages.matrix import Row
from tests.pages.test_access_matrix import ROWS, TYPED, routes
from tests.pages.world import ROLES

pytestmark = pytest.mark.parametrize("built", ["sqlite"], indirect=True)  # A proof is asked for before any database is

NOTED = {"reading", "attempt", "notice"}
"""Who read what, how often somebody tried, and which news was shown: written besides what was asked."""
NOTED_COLUMNS = {"last_seen_at"}
WRITES = [row for row in ROWS if row.method == "POST" and not row.address.startswith("/news/stop/")]
"""All but that of a mail, which mail programs send: its address is its proof (see notices/tests/test_stopping.py)."""


def state_of(database: Database) -> dict[str, str]:
    """A checksum of each table."""
    found = {}
    metadata = MetaData()
    metadata.reflect(database.engine)
    with database.read() as session:
        for name, table in metadata.tables.items():
            if name in NOTED:
                continue
            columns = [column for column in table.columns if column.name not in NOTED_COLUMNS]
            rows = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def actor(row: Row) -> str:
    """Somebody who may do this."""
    return next((role for role, got in row.by_role.items() if got in ("303", "200")), ROLES[1])


def test_every_route_that_writes_is_among_the_forged(house: House) -> None:
    assert {method for _rule, method in routes(house)} == {"GET", "POST"}, "another method needs its own proof"


@pytest.mark.parametrize("proof", ["none", "another's", "made up"])
def test_a_form_without_its_proof_does_nothing(house: House, proof: str) -> None:
    serializer = URLSafeTimedSerializer(house.app.secret_key, salt="wtf-csrf-token")  # type: ignore[arg-type]
    made_up = URLSafeTimedSerializer("another key", salt="wtf-csrf-token")
    proofs = {"none": {}, "another's": {"csrf_token": serializer.dumps("of another browser")},
              "made up": {"csrf_token": made_up.dumps("x")}}  # fmt: skip
    before = state_of(house.app.database)
    house.dirty = True
    for row in WRITES:
        address = house.world.address(row.address)
        form: dict[str, Any] = row.form(house.world) | {"words": TYPED} | proofs[proof]
        answer = house.browser(actor(row)).post(address, data=form)
        assert answer.status_code == 400, f"{row} acts without its proof: {answer.status_code}"
        assert TYPED in answer.text, f"{row}: what was typed is lost"
    assert state_of(house.app.database) == before


def test_every_form_that_writes_carries_its_proof(house: House) -> None:
    for role in ("anonymous", "owner", "coach", "administrator"):
        for path, answer in crawl(house, role).items():
            for form in Page(answer.text, path).forms:
                assert form.method != "post" or form.values.get("csrf_token", [""])[0], f"{path}: {form.action}"


@pytest.mark.parametrize("role", ROLES)
def test_looking_at_everything_changes_nothing(house: House, role: str) -> None:
    before = state_of(house.app.database)
    house.dirty = True
    crawl(house, role)
    for row in ROWS:
        if row.method == "GET":
            house.browser(role).get(house.world.address(row.address)).close()
    after = state_of(house.app.database)
    assert [name for name in before if before[name] != after[name]] == []


def test_the_checksum_sees_a_change(house: House) -> None:
    before = state_of(house.app.database)
    assert house.post("owner", "/account", {"name": "Anders", "language": "nl"}).status_code == 303
    after = state_of(house.app.database)
    assert [name for name in before if before[name] != after[name]] == ["person"]


def test_a_form_from_another_site_is_refused_with_words(house: House) -> None:
    answer = house.browser("owner").post("/circles", data={"name": "Kring"}, headers={"Origin": "https://elders.example"})
    assert answer.status_code == 400
    assert re.search(r"<h1>[^<]+</h1>", answer.text)
