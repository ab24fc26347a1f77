"""Export, import into an empty account, export: equal, for any portfolio, on and across both databases."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from portfolio.entries import linking, reading, writing
from portfolio.entries.inputs import clean_line
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry, LooseFile, Portfolio, Rendered, Revision
from portfolio.errors import Refused
from portfolio.exchange import bringing
from portfolio.exchange.archive import JSON_NAME
from portfolio.exchange.going import gather
from portfolio.exchange.tests.exchange_world import (
    Place,
    a_photo_with_a_place,
    a_picture,
    closed,
    fill,
    opened,
    raw_of,
    sha256,
    with_raw,
)
from portfolio.people.models import Person
from portfolio.scope import Scope
from portfolio.testing import make_circle, make_entry, make_joint, open_scope_for, portfolio_of


def _comparable(data: bytes) -> dict[str, Any]:
    """portfolio.json without when it was made, and without what only tells about the place it was made at."""
    raw = raw_of(data)
    del raw["exported_at"]
    return raw


def test_one_of_everything_comes_back_identical(here: Place, elsewhere: Place) -> None:
    fenna, there = here.person(), elsewhere.person()
    fill(here, fenna)
    first = here.take_along(fenna)
    plan = elsewhere.bring_back(there, first)
    second = elsewhere.take_along(there)
    assert plan.identical and plan.rewritten == 0
    assert _comparable(first) == _comparable(second)
    files = {name: data for name, data in opened(first).items() if name.startswith("files/")}
    assert len(files) == 1
    assert files == {name: data for name, data in opened(second).items() if name.startswith("files/")}
    with elsewhere.database.read() as session:
        assert not session.scalars(select(LooseFile)).all()


def test_the_same_data_gives_the_same_bytes_but_for_the_moment(here: Place) -> None:
    fenna = here.person()
    fill(here, fenna)
    one, two = (opened(here.take_along(fenna))[JSON_NAME].decode().splitlines() for _ in range(2))
    assert [line for line in one if "exported_at" not in line] == [line for line in two if "exported_at" not in line]
    assert sum("exported_at" in line for line in one) == 1


def test_what_came_back_is_read_as_it_was(here: Place, elsewhere: Place) -> None:
    fenna, there = here.person(), elsewhere.person()
    ids = fill(here, fenna)
    plan = elsewhere.bring_back(there, here.take_along(fenna))
    with here.database.read() as session:
        written = reading.get_entry(open_scope_for(session, fenna), ids["moment"])
    with elsewhere.database.read() as session:
        scope = open_scope_for(session, there)
        moment = reading.get_entry(scope, plan.new_ids[ids["moment"]])
        goal = reading.get_entry(scope, plan.new_ids[ids["goal"]])
        assert moment.title == "Een krukje, later" and moment.number == 2 and moment.readers == ()
        assert (moment.created_at, moment.updated_at) == (written.created_at, written.updated_at)
        assert moment.content == written.content
        (file,) = plan.files
        html = written.html["story"].replace(f"/files/{file.id}", f"/files/{plan.new_ids[file.id]}")
        assert moment.html == {**written.html, "story": html} and html != written.html["story"]
        assert writing.rendered(scope, moment.id, elsewhere.registry.kinds["evidence"], moment.content) == moment.html
        assert goal.state == "working" and goal.mine
        assert [linked.title for linked in linking.list_links(scope, goal)] == ["Vaker zwijgen", "Een krukje, later"]
        rendered = set(session.scalars(select(Rendered.revision_id)))
        assert moment.revision_id in rendered


def test_an_entry_that_came_back_can_be_edited_and_saved_without_a_difference(here: Place, elsewhere: Place) -> None:
    fenna, there = here.person(), elsewhere.person()
    ids = fill(here, fenna)
    plan = elsewhere.bring_back(there, here.take_along(fenna))
    goal = plan.new_ids[ids["goal"]]
    kind = elsewhere.registry.kinds["goal"]

    def save(scope: Scope) -> bool:
        found = reading.get_entry(scope, goal)
        draft = Draft(found.title, found.happened_on, found.from_on, found.until_on, found.content, found.number)
        return writing.edit_entry(scope, goal, kind, draft)

    assert elsewhere.write(there, save) is False


def test_erased_earlier_texts_leave_a_gap_that_survives(here: Place, elsewhere: Place) -> None:
    fenna, there = here.person(), elsewhere.person()
    ids = fill(here, fenna)
    here.write(fenna, lambda scope: writing.erase_earlier(scope, ids["moment"]))
    first = here.take_along(fenna)
    assert b"Vier handen" not in opened(first)[JSON_NAME]
    elsewhere.bring_back(there, first)
    assert _comparable(elsewhere.take_along(there)) == _comparable(first)


def test_a_foreign_photo_is_written_anew_and_loses_its_place(here: Place) -> None:
    fenna, there = here.person(), here.person("Yara")
    fill(here, fenna)
    data = here.take_along(fenna)
    raw = raw_of(data)
    (file,) = (file for entry in raw["portfolio"]["entries"] for file in entry["files"])
    photo = a_photo_with_a_place()
    assert b"KANARIE" in photo
    file.update(id="0199c0de-0000-7000-8000-00000000aaaa", size=len(photo), sha256=sha256(photo))
    members = opened(with_raw(data, raw)) | {f"files/{file['id']}-{file['filename']}": photo}
    plan = here.bring_back(there, closed(members))
    assert plan.rewritten == 1 and not plan.identical
    (kept,) = plan.files
    stored = here.store.get(plan.new_ids[kept.id].hex)
    assert b"KANARIE" not in stored and sha256(stored) == kept.sha256 and len(stored) == kept.size


def test_an_older_text_of_a_kind_stays_what_it_was(
    here: Place, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    fenna, there = here.person(), elsewhere.person()
    fill(here, fenna)
    first = here.take_along(fenna)
    goal = elsewhere.registry.kinds["goal"]
    monkeypatch.setattr(goal, "version", 2)
    monkeypatch.setattr(goal, "upgrade", lambda content, version: {**content, "why": content["why"] or "Waarom?"})
    elsewhere.bring_back(there, first)
    assert _comparable(elsewhere.take_along(there)) == _comparable(first)


def test_only_an_empty_account_takes_an_archive(here: Place, elsewhere: Place) -> None:
    fenna, there = here.person(), elsewhere.person()
    fill(here, fenna)
    data = here.take_along(fenna)
    with elsewhere.database.write() as session:
        make_entry(session, there, deleted=True)
    before = elsewhere.everything()
    with pytest.raises(Refused, match="written here already"):
        elsewhere.write(there, lambda scope: bringing.bring_back(scope, elsewhere.read(data)))
    assert elsewhere.everything() == before


def test_entries_in_circles_come_along_as_private_ones_and_the_bin_and_others_dont(
    here: Place, elsewhere: Place
) -> None:
    fenna, yara, there = here.person(), here.person("Yara"), elsewhere.person()
    with here.database.write() as session:
        circle = make_circle(session, fenna, yara, name="GEHEIMEKRING")
        home = session.query(Portfolio).filter_by(circle_id=circle.id).one()
        mine = make_entry(session, fenna, portfolio=home, title="In de kring")
        mine.number = 2
        session.add(
            Revision(
                entry_id=mine.id, number=2, author_id=yara.id, title="GEHEIM VAN YARA", happened_on=mine.happened_on,
                content={"why": "GEHEIM VAN YARA"}, sha256="", created_at=mine.created_at,
            )
        )  # fmt: skip
        make_entry(session, yara, portfolio=home, title="Van Yara")
        joint = make_entry(session, fenna, portfolio=make_joint(session, fenna, yara), title="Samen")
        make_entry(session, fenna, title="Weg", deleted=True)
    data = here.take_along(fenna)
    raw = raw_of(data)
    assert {entry["id"] for entry in raw["portfolio"]["entries"]} == {str(mine.id), str(joint.id)}
    assert raw["written_elsewhere"] == {str(mine.id): "circle", str(joint.id): "joint"}
    assert not any(b"GEHEIM" in part for part in opened(data).values())
    elsewhere.bring_back(there, data)
    with elsewhere.database.read() as session:
        own = portfolio_of(session, there).id
        assert set(session.scalars(select(Entry.portfolio_id))) == {own}
    assert raw_of(elsewhere.take_along(there))["portfolio"] == raw["portfolio"]


@pytest.mark.parametrize("entries", [3, 60])
def test_the_number_of_queries_is_constant(here: Place, entries: int) -> None:
    fenna = here.person()
    with here.database.write() as session:
        for number in range(entries):
            make_entry(session, fenna, title=f"Doel {number}")
    seen: list[str] = []
    with here.database.read() as session:
        scope = open_scope_for(session, fenna)
        event.listen(here.database.engine, "before_cursor_execute", lambda c, k, text, *rest: seen.append(text))
        gather(scope, with_html=True)
        assert len(seen) == 7


def test_bringing_back_takes_as_many_statements_whatever_the_size(here: Place, elsewhere: Place) -> None:
    counts = []
    for times in (1, 4):
        fenna, there = here.person(), elsewhere.person()
        for _ in range(times):
            fill(here, fenna)
        plan = elsewhere.read(here.take_along(fenna))
        bringing.put_files(elsewhere.database, elsewhere.store, plan, dt.datetime.now(dt.UTC))
        with elsewhere.database.write() as session:
            scope = open_scope_for(session, there)
            seen: list[str] = []
            listener = lambda c, k, text, *rest, seen=seen: seen.append(text)  # noqa: E731
            event.listen(elsewhere.database.engine, "before_cursor_execute", listener)
            bringing.bring_back(scope, plan)
            event.remove(elsewhere.database.engine, "before_cursor_execute", listener)
        counts.append(len([text for text in seen if "SAVEPOINT" not in text]))
    assert counts == [9, 9]


# Any portfolio ---------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "\u202e\u0007",
    "é\u0301\r\n\r\n# kop",
    "![x](https://example.org/x.png)",
    "{{ 7*7 }}",
)
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.text(alphabet="ab*_#`>\n\r\t[](){}é😀", max_size=60)
)
titles = texts.map(lambda text: clean_line(clean_line(text)[:200]))
days = st.dates(dt.date(2018, 8, 1), dt.date(2025, 12, 31))
contents = {
    "goal": st.fixed_dictionaries(
        {"why": texts, "first_step": texts, "room_for_others": texts},
        optional={
            "influence": st.sampled_from(["", "influence", "concern"]),
            "look_back_on": st.one_of(st.just(""), days.map(dt.date.isoformat)),
        },
    ),
    "evidence": st.fixed_dictionaries(
        {"story": texts},
        optional={
            "evidence_kind": st.sampled_from(["", "product", "feedback"]),
            "links_out": st.lists(
                st.fixed_dictionaries({"label": texts.map(clean_line), "url": st.just("https://example.org/a?b=c")}),
                max_size=2,
            ),
        },
    ),
    "reflection": st.fixed_dictionaries(
        {"text": texts},
        optional={
            "method": st.sampled_from(["", "starr", "weg"]),
            "steps": st.dictionaries(st.sampled_from(["situation", "task", "anders"]), texts, max_size=3),
        },
    ),
}
plugins = {"goal": "goals", "evidence": "evidence", "reflection": "reflections"}
states = st.sampled_from(["idea", "working", "resting", "reached", "let_go"])


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(contents)))
    return {
        "kind": kind,
        "texts": draw(st.lists(st.tuples(titles, days, contents[kind]), min_size=1, max_size=3)),
        "states": draw(st.lists(st.tuples(states, texts, days), max_size=3)) if kind == "goal" else [],
        "files": draw(st.lists(st.tuples(st.sampled_from(["no", "yes", "unknown"]), texts, st.booleans()), max_size=1)),
        "links": draw(st.lists(st.integers(0, 5), max_size=3)),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(entries(), max_size=6))
def test_any_portfolio_comes_back_identical(here: Place, elsewhere: Place, found: list[dict[str, Any]]) -> None:
    fenna, there = here.person(), elsewhere.person()
    _write(here, fenna, found)
    first = here.take_along(fenna)
    plan = elsewhere.bring_back(there, first)
    second = elsewhere.take_along(there)
    assert plan.identical
    one, two = _comparable(first), _comparable(second)
    assert len(one["left_out"]) == sum(file[0] != "no" for entry in found for file in entry["files"])
    del one["left_out"], two["left_out"]  # what stayed behind isn't there to stay behind again
    assert one == two
    assert len(one["portfolio"]["entries"]) == len(found)


def _write(place: Place, person: Person, found: list[dict[str, Any]]) -> None:
    kinds = place.registry.kinds
    made: list[Any] = []
    for wanted in found:
        kind = kinds[wanted["kind"]]
        made.append(place.write(person, lambda scope, kind=kind, wanted=wanted: _write_one(scope, kind, wanted)))
        for pupils, alt, as_text in wanted["files"]:
            data = b"Notulen\n" if as_text else a_picture(size=(8 + len(made), 9), form="PNG")
            place.add_file(person, made[-1], f"stuk.{'txt' if as_text else 'png'}", data, alt=alt, pupils=pupils)
    for number, wanted in enumerate(found):
        kind = kinds[wanted["kind"]]
        for link in kind.links:
            fits = [
                made[other]
                for other in wanted["links"]
                if other < number and (not link.to_kind or found[other]["kind"] == link.to_kind)
            ]
            chosen = {link.type: set(fits)}
            place.write(person, lambda scope, n=number, k=kind, c=chosen: linking.set_links(scope, made[n], k, c))


def _write_one(scope: Scope, kind: Any, wanted: dict[str, Any]) -> Any:
    (title, day, content), *later = wanted["texts"]
    draft = Draft(title, day, None, None, kind.validate(content), 0)
    entry = writing.create_entry(scope, plugins[kind.name], kind, draft)
    number = 1
    for title, day, content in later:
        saved = writing.edit_entry(scope, entry, kind, Draft(title, day, None, None, kind.validate(content), number))
        number += saved
    state = "idea"
    for wish, reason, day in wanted["states"]:
        if wish != state:
            writing.change_state(scope, entry, kind, wish, reason, day)
            state = wish
    return entry


def test_json_is_for_people_too(here: Place) -> None:
    fenna = here.person()
    fill(here, fenna)
    text = opened(here.take_along(fenna))[JSON_NAME].decode()
    assert "Nu écht." in text and json.loads(text)["kinds"]["goal"] == {"plugin": "goals", "version": 1}
