"""The wall in scenes with names: while A leads B, A gets nothing that B wrote or takes part in; two doors only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.access import COMMENT, READ, VISIBLE, WRITE, parameters
from portfolio.entries.models import Entry, Portfolio
from portfolio.entries.reading import find_entry, get_entry, list_shared_with_me
from portfolio.errors import NotAllowed, NotVisible
from portfolio.people.models import Person
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_joint,
    make_leadership,
    make_person,
    make_share,
    open_scope_for,
)

NOON = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)
TODAY = clock.day_of(NOON)
DAY = dt.timedelta(days=1)


@dataclass
class Scene:
    """Hanne leads Fenna; Idris is Fenna's colleague, whom Hanne doesn't lead."""

    session: Session
    hanne: Person
    fenna: Person
    idris: Person

    def sees(self, who: Person, entry: Entry, now: dt.datetime = NOON) -> bool:
        """Whether somebody reaches an entry; by page, query and list alike."""
        scope = open_scope_for(self.session, who, now=now)
        found = find_entry(scope, entry.id) is not None
        assert found == (entry.id in set(self.session.scalars(VISIBLE[READ], parameters(scope))))
        assert found or entry.id not in [line.id for line in list_shared_with_me(scope)[0]]
        return found


@pytest.fixture
def scene(session: Session) -> Scene:
    people = [make_person(session, name=name) for name in ("Hanne", "Fenna", "Idris")]
    found = Scene(session, *people)
    make_leadership(session, found.hanne, found.fenna, since=TODAY - 100 * DAY, until=TODAY + 100 * DAY)
    return found


def test_a_leader_reaches_nothing_by_a_share_with_them(scene: Scene) -> None:
    entry = make_entry(scene.session, scene.fenna)
    make_share(scene.session, entry, person=scene.hanne)
    assert not scene.sees(scene.hanne, entry)


def test_a_leader_reaches_nothing_as_a_coach_of_the_same_teacher(scene: Scene) -> None:
    entry = make_entry(scene.session, scene.fenna)
    make_share(scene.session, entry, coaching=make_coaching(scene.session, scene.hanne, scene.fenna))
    assert not scene.sees(scene.hanne, entry)


def test_a_leader_in_a_circle_with_their_teacher_reaches_nobodys_text_there(scene: Scene) -> None:
    circle = make_circle(scene.session, scene.hanne, scene.fenna, scene.idris)
    entry = make_entry(scene.session, scene.idris)
    make_share(scene.session, entry, circle=circle)
    assert not scene.sees(scene.hanne, entry)
    assert scene.sees(scene.fenna, entry)


def test_a_text_from_a_circle_or_matter_their_teacher_takes_part_in_stays_behind_the_wall(scene: Scene) -> None:
    circle = make_circle(scene.session, scene.fenna, scene.idris)
    of_circle = scene.session.query(Portfolio).filter_by(circle_id=circle.id).one()
    joint = make_joint(scene.session, scene.fenna, scene.idris)
    for portfolio in (of_circle, joint):
        entry = make_entry(scene.session, scene.idris, portfolio=portfolio)
        make_share(scene.session, entry, person=scene.hanne)
        assert not scene.sees(scene.hanne, entry)
        assert scene.sees(scene.fenna, entry)


def test_a_joint_portfolio_of_others_is_closed_and_one_that_names_the_leader_is_the_door(scene: Scene) -> None:
    others = make_entry(scene.session, scene.fenna, portfolio=make_joint(scene.session, scene.fenna, scene.idris))
    named = make_entry(scene.session, scene.fenna, portfolio=make_joint(scene.session, scene.fenna, scene.hanne))
    assert not scene.sees(scene.hanne, others)
    assert scene.sees(scene.hanne, named)


def test_the_wall_binds_a_relation_and_not_a_person(scene: Scene) -> None:
    circle = make_circle(scene.session, scene.hanne, scene.idris)
    by_circle, by_name = (make_entry(scene.session, scene.idris) for _ in range(2))
    make_share(scene.session, by_circle, circle=circle)
    make_share(scene.session, by_name, person=scene.hanne)
    own = make_entry(scene.session, scene.hanne)
    make_share(scene.session, own, person=scene.fenna)
    assert scene.sees(scene.hanne, by_circle)
    assert scene.sees(scene.hanne, by_name)
    assert scene.sees(scene.hanne, own)
    assert scene.sees(scene.fenna, own)


def test_the_wall_stands_from_the_first_day_of_a_leadership_through_its_last(scene: Scene) -> None:
    entry = make_entry(scene.session, scene.fenna)
    make_share(scene.session, entry, person=scene.hanne)
    first, after = NOON - 100 * DAY, NOON + 100 * DAY
    assert scene.sees(scene.hanne, entry, first - DAY)
    assert not scene.sees(scene.hanne, entry, first)
    assert not scene.sees(scene.hanne, entry, after - DAY)
    assert scene.sees(scene.hanne, entry, after)


def test_a_day_begins_at_midnight_in_amsterdam(scene: Scene) -> None:
    entry = make_entry(scene.session, scene.fenna)
    make_share(scene.session, entry, person=scene.idris, since=dt.date(2026, 7, 2))
    assert not scene.sees(scene.idris, entry, dt.datetime(2026, 7, 1, 21, 59, tzinfo=dt.UTC))
    assert scene.sees(scene.idris, entry, dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC))


def test_what_one_can_see_but_not_do_is_not_allowed_and_all_else_does_not_exist(scene: Scene) -> None:
    entry = make_entry(scene.session, scene.fenna)
    make_share(scene.session, entry, person=scene.idris)
    make_share(scene.session, entry, person=scene.hanne)
    reader, leader = open_scope_for(scene.session, scene.idris), open_scope_for(scene.session, scene.hanne, now=NOON)
    assert get_entry(reader, entry.id, COMMENT).answer.reason == "shared_with_me"
    with pytest.raises(NotAllowed):
        get_entry(reader, entry.id, WRITE)
    for action in (READ, COMMENT, WRITE):
        with pytest.raises(NotVisible):
            get_entry(leader, entry.id, action)
