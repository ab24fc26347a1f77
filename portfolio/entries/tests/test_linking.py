"""Links: only between one's own, never in a circle, and for a reader only as far as that reader may see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portfolio.db import Database
from portfolio.entries import linking
from portfolio.entries.bin import bin_entry, take_back
from portfolio.entries.linking import set_links
from portfolio.entries.models import Link
from portfolio.entries.reading import get_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, check_page, make_world, words
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.people.models import Person
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.testing import make_entry, post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _link(world: World, entry: uuid.UUID, kind: Any = Goal, **chosen: list[uuid.UUID]) -> None:
    with world.scope(world.fenna) as scope:
        set_links(scope, entry, kind, chosen)


def _share(world: World, *entries: uuid.UUID) -> None:
    for entry in entries:
        with world.scope(world.fenna) as scope:
            share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)


def _links(world: World, who: Person, entry: uuid.UUID) -> list[tuple[str, bool, str]]:
    with world.scope(who) as scope:
        found = linking.list_links(scope, get_entry(scope, entry))
    return sorted((one.type, one.outgoing, one.title) for one in found)


def _line(world: World, who: Person, entry: uuid.UUID) -> list[tuple[str, int, int]]:
    with world.scope(who) as scope:
        found = linking.list_descent(scope, get_entry(scope, entry))
    return [(one.linked.title, one.generation, len(one.came_from)) for one in found]


@contextmanager
def _counting(world: World) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


def _ancestry(world: World, length: int) -> list[uuid.UUID]:
    """Goals of which each continues the one before it; named Doel 0, Doel 1, ..."""
    goals: list[uuid.UUID] = []
    for number in range(length):
        import datetime as dt

        goals.append(world.write(f"Doel {number}", day=dt.date(2020, 1, 1) + dt.timedelta(days=number)))
        if number:
            _link(world, goals[number], continues=[goals[number - 1]])
    return goals


def test_a_link_is_seen_from_both_ends_with_its_type(world: World) -> None:
    goal, story, back = world.write("Doel"), world.write("Verhaal", Evidence), world.write("Terug", Reflection)
    _link(world, story, Evidence, shows=[goal])
    _link(world, back, Reflection, looks_back_on=[goal, story])
    assert _links(world, world.fenna, goal) == [("looks_back_on", False, "Terug"), ("shows", False, "Verhaal")]
    assert _links(world, world.fenna, story) == [("looks_back_on", False, "Terug"), ("shows", True, "Doel")]


def test_links_become_exactly_what_was_chosen_for_each_type_that_was_named(world: World) -> None:
    one, two, goal = world.write("Een"), world.write("Twee"), world.write("Doel")
    _link(world, goal, continues=[one, two], replaces=[one])
    _link(world, goal, continues=[two])
    assert _links(world, world.fenna, goal) == [("continues", True, "Twee"), ("replaces", True, "Een")]
    _link(world, goal, continues=[], replaces=[])
    assert _links(world, world.fenna, goal) == []


def test_candidates_are_only_ones_own_of_the_right_kind_and_not_in_the_bin(world: World) -> None:
    goal, other, binned = world.write("Doel"), world.write("Ander"), world.write("Weg")
    world.write("Verhaal", Evidence)
    world.write("Van Idris", by=world.idris)
    with world.scope(world.fenna) as scope:
        bin_entry(scope, binned)
    with world.scope(world.fenna) as scope:
        found = linking.list_candidates(scope, Goal.links[0], goal)
        anything = linking.list_candidates(scope, Reflection.links[0])
    assert [one.id for one in found] == [other]
    assert sorted(one.title for one in anything) == ["Ander", "Doel", "Verhaal"]


def test_what_can_not_be_linked_to_is_refused_at_its_field(world: World) -> None:
    goal, story, binned = world.write("Doel"), world.write("Verhaal", Evidence), world.write("Weg")
    foreign = world.write("Van Idris", by=world.idris)
    with world.scope(world.idris) as scope:
        share_entry(scope, foreign, Goal, f"circle:{world.circle.id}", None)  # even if I read it
    with world.scope(world.fenna) as scope:
        bin_entry(scope, binned)
    messages = set()
    for wrong in (foreign, uuid.uuid4(), goal, story, binned):
        with pytest.raises(Refused) as refused:
            _link(world, goal, continues=[wrong])
        assert list(refused.value.errors) == ["links-continues"]
        if wrong != goal:
            messages.add(str(refused.value.errors["links-continues"]))
    assert len(messages) == 1  # nothing tells which of them exists
    assert _links(world, world.fenna, goal) == []


def test_only_the_author_links(world: World) -> None:
    goal, his = world.write("Doel"), world.write("Van Idris", by=world.idris)
    _share(world, goal)
    with world.scope(world.ruben) as scope, pytest.raises(NotAllowed):
        set_links(scope, goal, Goal, {"continues": []})
    with world.scope(world.idris) as scope, pytest.raises(NotVisible):
        set_links(scope, goal, Goal, {"continues": [his]})


def test_a_goal_never_descends_from_itself_however_long_the_line_and_whatever_the_type(world: World) -> None:
    goals = _ancestry(world, 5)
    for type_ in ("continues", "splits_from", "replaces"):
        with pytest.raises(Refused) as refused:
            _link(world, goals[0], **{type_: [goals[4]]})
        assert "come from a goal that came from it" in str(refused.value)
    _link(world, goals[4], splits_from=[goals[0]])  # twice the same way is no loop


def test_a_loop_is_found_in_a_line_of_hundreds_with_a_fixed_number_of_questions(world: World) -> None:
    with world.database.write() as session:
        goals = [make_entry(session, world.fenna, title=f"Doel {number}").id for number in range(260)]
        for number in range(1, len(goals)):
            session.add(Link(from_id=goals[number], to_id=goals[number - 1], type="continues", created_at=_now()))
    with _counting(world) as asked, pytest.raises(Refused):
        _link(world, goals[0], continues=[goals[-1]])
    assert len([one for one in asked if one.startswith(("SELECT", "WITH"))]) <= 8


def _now() -> Any:
    from portfolio import clock

    return clock.now()


def test_a_link_to_what_is_in_the_bin_is_not_there_and_comes_back_with_it(world: World) -> None:
    one, goal = world.write("Een"), world.write("Doel")
    _link(world, goal, continues=[one])
    with world.scope(world.fenna) as scope:
        bin_entry(scope, one)
    assert _links(world, world.fenna, goal) == []
    _link(world, goal, continues=[])  # as an edit in the meantime does: its form can't show it
    with world.scope(world.fenna) as scope:
        take_back(scope, one)
    assert _links(world, world.fenna, goal) == [("continues", True, "Een")]


def test_for_a_reader_a_link_to_what_they_may_not_see_does_not_exist(world: World, app: Any) -> None:
    goal, secret, story = world.write("Doel"), world.write("Geheim"), world.write("Verhaal", Evidence)
    _link(world, goal, continues=[secret])
    _link(world, story, Evidence, shows=[goal])
    bare = world.write("Doel")
    _share(world, goal, bare)
    assert _links(world, world.ruben, goal) == []
    ruben = browser(app, world.ruben)
    for rest in ("", "descent"):
        both = (ruben.get(address(world, one, rest)).text for one in (goal, bare))
        with_links, without = (words(page.partition("<main")[2]) for page in both)  # above it is whether there is news
        assert with_links == without
    _share(world, story)
    assert _links(world, world.ruben, goal) == [("shows", False, "Verhaal")]
    with world.scope(world.fenna) as scope:
        bin_entry(scope, story)
    assert _links(world, world.ruben, goal) == []


def test_the_line_of_a_goal_runs_from_the_first_to_the_latest(world: World, app: Any) -> None:
    goals = _ancestry(world, 3)
    side = world.write("Zijtak")
    _link(world, side, splits_from=[goals[1]])
    world.write("Los")
    expected = [("Doel 0", 0, 0), ("Doel 1", 1, 1), ("Doel 2", 2, 1), ("Zijtak", 2, 1)]
    for goal in (*goals, side):
        assert _line(world, world.fenna, goal) == expected
    page = browser(app, world.fenna).get(address(world, goals[0], "descent"))
    check_page(page.text)
    positions = [words(page.text).rindex(title) for title, _generation, _parents in expected]
    assert page.status_code == 200 and positions


def test_a_reader_sees_of_a_line_what_hangs_together_for_them(world: World, app: Any) -> None:
    goals = _ancestry(world, 4)
    _share(world, goals[0], goals[1], goals[3])
    assert _line(world, world.ruben, goals[1]) == [("Doel 0", 0, 0), ("Doel 1", 1, 1)]
    assert _line(world, world.ruben, goals[3]) == [("Doel 3", 0, 0)]  # that more connects them would be a gap
    ruben = browser(app, world.ruben)
    assert "Doel 2" not in ruben.get(address(world, goals[1], "descent")).text
    assert "Doel 0" not in ruben.get(address(world, goals[3], "descent")).text
    assert browser(app, world.idris).get(address(world, goals[1], "descent")).status_code == 404
    with world.scope(world.fenna) as scope:
        bin_entry(scope, goals[0])
    assert _line(world, world.ruben, goals[1]) == [("Doel 1", 0, 0)]
    assert _line(world, world.fenna, goals[2]) == [("Doel 1", 0, 0), ("Doel 2", 1, 1), ("Doel 3", 2, 1)]


def test_a_line_takes_two_questions_and_links_one(world: World) -> None:
    goals = _ancestry(world, 6)
    _share(world, *goals)
    for who in (world.fenna, world.ruben):
        with world.scope(who) as scope:
            opened = get_entry(scope, goals[2])
            with _counting(world) as asked:
                assert len(linking.list_descent(scope, opened)) == 6
            assert len(asked) == 2
            with _counting(world) as asked:
                assert len(linking.list_links(scope, opened)) == 2
            assert len(asked) == 1


def test_an_edit_keeps_links_to_entries_too_old_for_the_list_of_candidates(
    world: World, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    old = world.write("Heel oud", day=dt.date(2019, 1, 1))
    goal = world.write("Doel")
    _link(world, goal, continues=[old])
    with world.database.write() as session:
        for number in range(linking.CANDIDATES):
            make_entry(session, world.fenna, title=f"Later {number}", happened_on=dt.date(2026, 1, 1))
    fenna = browser(app, world.fenna)
    form = check_page(fenna.get(address(world, goal, "edit")).text)
    assert form.values["links-continues"] == [str(old)]
    data = {name: values for name, values in form.values.items() if name != "csrf_token"}
    assert post(fenna, address(world, goal, "edit"), data | {"title": "Anders"}).status_code == 303
    assert _links(world, world.fenna, goal) == [("continues", True, "Heel oud")]


def test_a_link_that_is_refused_says_so_at_its_own_choices_and_keeps_what_was_typed(world: World, app: Any) -> None:
    first, second = world.write("Eerst"), world.write("Toen")
    _link(world, second, continues=[first])
    fenna = browser(app, world.fenna)
    typed = {"title": "Eerst", "happened_on": "2026-03-02", "seen": "1", "links-continues": [str(second)]}
    answer = post(fenna, address(world, first, "edit"), typed)
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert page.values["links-continues"] == [str(second)]
    summary, form = answer.text.split("Nothing you typed is lost.")
    assert 'href="#links-continues"' in summary and "come from a goal that came from it" in summary
    fieldset = re.search(r'<fieldset[^>]*id="links-continues"[^>]*>.*?</fieldset>', form, re.DOTALL)
    assert fieldset is not None and 'tabindex="-1" aria-describedby="links-continues-error"' in fieldset[0]
    assert 'id="links-continues-error"' in fieldset[0] and "come from a goal that came from it" in fieldset[0]
    assert _links(world, world.fenna, first) == [("continues", False, "Toen")]
