"""Handing over: what goes along and what doesn't, who reads it when, taking it back, settling and closing."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import update

from portfolio import clock
from portfolio.entries.bin import bin_entry, erase_entries
from portfolio.entries.models import HANDED, RECORD
from portfolio.entries.readers_log import list_readings
from portfolio.entries.snapshots import (
    Words,
    fingerprint_of,
    get_snapshot,
    keep_record,
    list_snapshots,
    open_snapshots,
    settle_snapshots,
    take_snapshot,
    withdraw_snapshot,
)
from portfolio.entries.tests.entries_world import DAY, draft
from portfolio.entries.tests.handing_world import HOLDER, Two
from portfolio.entries.writing import create_entry, edit_entry
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.people.closing import close_account
from portfolio.people.models import Leadership
from portfolio.plugins import Registry
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.testing import make_person, open_scope_for
from portfolio.testing_counting import statements


def test_only_the_chosen_fields_go_along_as_they_were(two: Two) -> None:
    two.opened("why", note=" Lees dit \n")
    with two.scope(two.fenna) as scope:
        edit_entry(scope, two.goal, Goal, draft("Anders", seen=1, why="Anders."))
    (found,) = two.read(two.hanne)
    assert found.content == {"why": "Om **hen**."} and "<strong>hen</strong>" in found.html["why"]
    assert (found.title, found.happened_on, found.number) == ("", None, 1)
    assert (found.note, found.role, found.author_name, found.mine) == ("Lees dit", HANDED, "Fenna", False)


def test_the_fingerprint_is_of_everything_that_was_handed_over_and_of_nothing_else(two: Two) -> None:
    first, noted, titled, shorter = (
        two.take("why", "title"), two.take("why", "title", note="Lees dit"), two.take("why"), two.take("title"),
    )  # fmt: skip
    with two.scope(two.fenna) as scope:
        marks = {one.id: one.sha256 for one in list_snapshots(scope, two.place, two.about)}
        assert all(fingerprint_of(one) == one.sha256 for one in list_snapshots(scope, two.place, two.about))
    assert len({marks[one] for one in (first, noted, titled, shorter)}) == 4
    assert two.take("title", "why") == first, "the same once more is the one that is there"
    assert len(two.read(two.fenna)) == 4


def test_nobody_else_reads_it_before_it_is_open_after_it_closes_or_without_taking_part(two: Two) -> None:
    taken = two.take("why")
    assert two.read(two.hanne) == [] and [one.id for one in two.read(two.fenna)] == [taken]
    now = clock.now()
    with two.scope(two.hanne) as scope:
        assert open_snapshots(scope, two.about) == 1
    assert [one.id for one in two.read(two.hanne)] == [taken]
    with two.scope(two.fenna) as scope:
        assert settle_snapshots(scope, two.about, now + 30 * DAY) == 1
    assert two.read(two.hanne, now + 29 * DAY) and not two.read(two.hanne, now + 30 * DAY)
    assert two.read(two.fenna, now + 31 * DAY), "until it is erased its author has it"
    with two.database.write() as session:
        stranger = make_person(session, name="Yara")
    assert two.read(stranger) == []
    with two.scope(stranger) as scope, pytest.raises(NotVisible):
        get_snapshot(scope, taken)


@pytest.mark.parametrize("fields", [(), ("why", "nonsense"), ("files",)])
def test_what_is_no_choice_is_refused(two: Two, fields: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        two.take(*fields)


def test_another_place_entry_or_kind_is_not_there(two: Two) -> None:
    with two.scope(two.hanne) as scope:
        theirs = create_entry(scope, "goals", Goal, draft("Van Hanne"))
        common = create_entry(scope, "goals", Goal, draft("Samen"), portfolio_id=two.place)
    with pytest.raises(NotVisible):
        two.take("title", entry=theirs)
    with pytest.raises(NotAllowed):
        two.take("title", entry=common)
    with two.scope(two.fenna) as scope:
        own = scope.relations.portfolio
        here = create_entry(scope, "goals", Goal, draft("Samen"), portfolio_id=two.place)
        for place, entry, holder, error in (
            (own, two.goal, HOLDER, NotVisible),
            (uuid.uuid4(), two.goal, HOLDER, NotVisible),
            (two.place, two.goal, "loopbaan", NotVisible),  # which is off there
            (two.place, here, HOLDER, Refused),  # which the other reads anyway
        ):
            with pytest.raises(error):
                take_snapshot(scope, entry, ["title"], place, two.about, kind=Goal, plugin=holder)
        with pytest.raises(NotVisible):
            take_snapshot(scope, two.goal, ["title"], two.place, two.about, kind=Reflection, plugin=HOLDER)
        bin_entry(scope, two.goal)
        with pytest.raises(NotVisible):
            take_snapshot(scope, two.goal, ["title"], two.place, two.about, kind=Goal, plugin=HOLDER)


def test_a_kind_that_is_never_shared_is_never_handed_over(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Goal, "shareable", False)
    with pytest.raises(Refused):
        two.take("title")


def test_it_can_be_withdrawn_until_it_is_settled_and_by_its_author_alone(two: Two) -> None:
    first, second = two.opened("why"), two.opened("title")
    with two.scope(two.hanne) as scope, pytest.raises(NotAllowed):
        withdraw_snapshot(scope, first)
    with two.scope(two.fenna) as scope:
        withdraw_snapshot(scope, first)
        with pytest.raises(NotVisible):
            withdraw_snapshot(scope, first)
    assert [one.id for one in two.read(two.hanne)] == [second]
    with two.scope(two.hanne) as scope:
        settle_snapshots(scope, two.about, clock.now() + 30 * DAY)
    with two.scope(two.fenna) as scope, pytest.raises(Refused):
        withdraw_snapshot(scope, second)
    with pytest.raises(Refused):
        two.take("first_step")


def test_opening_and_settling_reach_nothing_of_other_conversations_or_people(two: Two) -> None:
    two.take("why")
    with two.database.write() as session:
        stranger = make_person(session, name="Yara")
    with two.scope(stranger) as scope:
        assert (open_snapshots(scope, two.about), settle_snapshots(scope, two.about, clock.now())) == (0, 0)
    with two.scope(two.hanne) as scope:
        assert (open_snapshots(scope, uuid.uuid4()), settle_snapshots(scope, uuid.uuid4(), clock.now())) == (0, 0)
    assert two.read(two.hanne) == []


def test_a_reading_is_noted_for_its_author_while_the_entry_is_there(two: Two) -> None:
    two.opened("why")
    two.read(two.fenna)
    with two.scope(two.fenna) as scope:
        assert list_readings(scope)[0] == []
    two.read(two.hanne)
    two.read(two.hanne)
    with two.scope(two.fenna) as scope:
        assert [(one.reader, one.id, one.handed) for one in list_readings(scope)[0]] == [("Hanne", two.goal, True)]
        scope.session.execute(update(Leadership).values(since=scope.today))
        assert not list_readings(scope)[0][0].handed, "who leads since that day may have read all of it before"
        erase_entries(scope.session, [two.goal], scope.now)
    (found,) = two.read(two.hanne)
    assert found.entry_id is None and found.content["why"], "what was handed over stays when the entry is erased"


def test_a_record_keeps_what_each_wrote_and_neither_takes_it_back(two: Two) -> None:
    closes = clock.now() + 900 * DAY
    with two.scope(two.hanne) as scope:
        addition = create_entry(scope, "goals", Goal, draft("Aanvulling", why="Zo zag ik het."), portfolio_id=two.place)
        words = [
            Words(Goal, two.fenna.id, "Verslag", scope.today, Goal.empty() | {"why": "Wij spraken."}),
            Words(Goal, two.hanne.id, "Aanvulling", scope.today, Goal.empty() | {"why": "Zo zag ik het."}, addition),
        ]
        report, added = keep_record(scope, words, two.place, two.about, plugin=HOLDER, closes_at=closes)
        with pytest.raises(NotVisible):
            stranger = Words(Goal, uuid.uuid4(), "Vals", scope.today, Goal.empty())
            keep_record(scope, [stranger], two.place, two.about, plugin=HOLDER, closes_at=closes)
        edit_entry(scope, addition, Goal, draft("Aanvulling", seen=1, why="Toch anders."))
    for person in (two.fenna, two.hanne):
        found = {one.id: one for one in two.read(person)}
        assert found[added].content["why"] == "Zo zag ik het." and found[report].role == RECORD
        assert all(one.settled_at and one.closes_at == closes for one in found.values())
        assert all(fingerprint_of(one) == one.sha256 for one in found.values())
    with two.scope(two.fenna) as scope, pytest.raises(Refused):
        withdraw_snapshot(scope, report)
    with two.scope(two.fenna) as scope:
        close_account(scope.session, Registry(raising=True), two.hanne.id, scope.now, scope.today, comments_too=False)
    assert [one.id for one in two.read(two.fenna)] == [report]


def test_forty_of_them_take_two_queries(two: Two) -> None:
    for number in range(40):
        two.take("why", note=f"Nummer {number}")
    with two.scope(two.fenna) as scope:
        open_snapshots(scope, two.about)
    with two.database.read() as session:
        scope = open_scope_for(session, two.hanne)
        with statements(two.database) as asked:
            found = list_snapshots(scope, two.place, two.about)
    assert (len(found), len(asked)) == (40, 2)
