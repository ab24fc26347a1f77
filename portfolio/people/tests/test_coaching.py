"""Coach assignments: proposed by a school, accepted by the teacher, ended by the teacher without a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.entries.models import Share
from portfolio.errors import NotVisible, Refused
from portfolio.notices.models import Notice
from portfolio.people import coaching
from portfolio.people.models import Coaching, Person, School, SchoolRole
from portfolio.testing import (
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    open_scope_for,
    post,
    sign_in,
)

DAY = dt.timedelta(days=1)


class World(NamedTuple):
    school: School
    mirjam: Person
    fenna: Person
    ruben: Person
    elsewhere: Person


def build(session: Session) -> World:
    school = make_school(session)
    return World(
        school,
        make_person(session, name="Mirjam", school=school, role="administrator"),
        make_person(session, name="Fenna", school=school),
        make_person(session, name="Ruben", school=school, role="coach"),
        make_person(session, name="Elders", email="coach@example.org"),
    )


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def propose(session: Session, world: World, **kw: Any) -> None:
    values = {"coach_id": world.ruben.id, "teacher_id": world.fenna.id, "since": today()} | kw
    coaching.propose(open_scope_for(session, world.mirjam), world.school.id, **values)


def only(session: Session) -> Coaching:
    return session.scalars(select(Coaching)).one()


def test_a_proposal_gives_nothing_until_the_teacher_accepts(session: Session, world: World) -> None:
    propose(session, world, focus="Ruimte nemen", since=today() - 5 * DAY)
    assert open_scope_for(session, world.ruben).relations.coachings == ()
    [line] = coaching.list_my_coaches(open_scope_for(session, world.fenna))
    assert (line.coach, line.focus, line.accepted, line.school) == ("Ruben", "Ruimte nemen", False, world.school.name)
    assert session.scalars(select(Notice.person_id)).all() == [world.fenna.id]
    coaching.accept(open_scope_for(session, world.fenna), line.id)
    assert only(session).since == today()  # it counts from the day of acceptance
    assert open_scope_for(session, world.ruben).relations.coaching_ids == [line.id]


def test_nobody_accepts_or_ends_in_the_teachers_place(session: Session, world: World) -> None:
    propose(session, world)
    id_ = only(session).id
    for person in (world.ruben, world.mirjam, world.elsewhere):
        for act in (coaching.accept, coaching.end):
            with pytest.raises(NotVisible):
                act(open_scope_for(session, person), id_)
    assert only(session).accepted_at is None


def test_the_teacher_ends_it_and_the_coachs_shares_end_with_it(session: Session, world: World) -> None:
    propose(session, world)
    id_ = only(session).id
    coaching.accept(open_scope_for(session, world.fenna), id_)
    share = make_share(session, make_entry(session, world.fenna), coaching=only(session))
    coaching.end(open_scope_for(session, world.fenna), id_)
    session.expire_all()
    assert session.get_one(Share, share.id).until == today() == only(session).until
    assert open_scope_for(session, world.ruben).relations.coachings == ()
    with pytest.raises(NotVisible):
        coaching.end(open_scope_for(session, world.fenna), id_)


def test_a_declined_proposal_leaves_no_trace(session: Session, world: World) -> None:
    propose(session, world)
    coaching.end(open_scope_for(session, world.fenna), only(session).id)
    assert session.scalars(select(Coaching)).all() == []


def test_a_proposal_that_has_lapsed_cannot_be_accepted(session: Session, world: World) -> None:
    propose(session, world, last_day=today())
    row = only(session)
    row.since, row.until = today() - 9 * DAY, today()
    session.flush()
    with pytest.raises(NotVisible):
        coaching.accept(open_scope_for(session, world.fenna), row.id)


def test_no_proposal_tells_an_administrator_who_teaches_as_well_whose_address_has_an_account(
    app: Any, database: Database
) -> None:
    with database.write() as session:
        world = build(session)
        session.add(SchoolRole(person_id=world.mirjam.id, school_id=world.school.id, role="teacher", since=today()))
    client, seen = sign_in(app.test_client(), world.mirjam), []
    for address in ("niemand@example.org", "coach@example.org"):
        form = {"email": address, "teacher": str(world.mirjam.id), "since": today().isoformat()}
        post(client, f"/s/{world.school.id}/coaches", form)
        seen.append(client.get("/coaching").text)
    assert not any("Elders" in page for page in seen)
    with database.read() as session:
        assert session.scalars(select(Coaching)).all() == [] == session.scalars(select(Notice)).all()


def test_a_proposal_that_cannot_be_says_why(session: Session, world: World) -> None:
    for wrong, field, words in (
        ({"teacher_id": None}, "teacher", "of this school"),
        ({"teacher_id": world.ruben.id}, "teacher", "of this school"),
        ({"coach_id": world.elsewhere.id}, "coach", "of this school"),
        ({"coach_id": None}, "coach", "of this school"),
        ({"coach_id": uuid.uuid4()}, "coach", "of this school"),
        ({"last_day": today() - DAY}, "last_day", "before its start"),
        ({"since": today() - 9 * DAY, "last_day": today() - DAY}, "last_day", "has passed"),
        ({"since": dt.date(1, 1, 1)}, "since", "too long ago"),
    ):
        with pytest.raises(Refused) as refused:
            propose(session, world, **wrong)
        assert list(refused.value.errors) == [field] and words in str(refused.value.errors[field])
    propose(session, world)
    with pytest.raises(Refused) as refused:
        propose(session, world)
    assert "already" in str(refused.value.errors["coach"])


@pytest.mark.parametrize("coach_leads", [True, False])
@pytest.mark.parametrize("starts", [-30, 30])
def test_a_leader_is_not_the_coach_of_the_same_person(
    session: Session, world: World, coach_leads: bool, starts: int
) -> None:
    leader, teacher = (world.ruben, world.fenna) if coach_leads else (world.fenna, world.ruben)
    make_leadership(session, leader, teacher, since=today() + starts * DAY)
    with pytest.raises(Refused) as refused:
        propose(session, world)
    assert refused.value.errors == {"coach": str(coaching.CONFLICT)}
    row = Coaching(coach_id=world.ruben.id, teacher_id=world.fenna.id, since=today())
    session.add(row)
    session.flush()
    with pytest.raises(Refused):
        coaching.accept(open_scope_for(session, world.fenna), row.id)
    assert only(session).accepted_at is None


def test_a_teacher_says_yes_to_a_coach_who_has_begun_so_that_no_school_can_give_the_yes_to_another(
    session: Session, world: World
) -> None:
    """Until then the school can give somebody's invitation another address: it would read what is for the coach."""
    session.get_one(Person, world.ruben.id).used_at = None
    propose(session, world)
    with pytest.raises(Refused) as refused:
        coaching.accept(open_scope_for(session, world.fenna), only(session).id)
    assert "has not begun" in str(refused.value.errors[""])
    assert only(session).accepted_at is None
    session.get_one(Person, world.ruben.id).used_at = now()
    coaching.accept(open_scope_for(session, world.fenna), only(session).id)
    assert only(session).accepted_at is not None


def test_the_school_ends_its_own_assignments_only(session: Session, world: World) -> None:
    propose(session, world)
    id_ = only(session).id
    coaching.accept(open_scope_for(session, world.fenna), id_)
    scope = open_scope_for(session, world.mirjam)
    with pytest.raises(Refused):
        coaching.end_by_school(scope, world.school.id, id_, today() - DAY)
    coaching.end_by_school(scope, world.school.id, id_, today())
    assert only(session).until == today() + DAY
    with pytest.raises(Refused):
        coaching.end_by_school(scope, world.school.id, id_, today() + 9 * DAY)
    own = Coaching(coach_id=world.elsewhere.id, teacher_id=world.fenna.id, since=today())
    session.add(own)
    session.flush()
    with pytest.raises(NotVisible):
        coaching.end_by_school(scope, world.school.id, own.id, today())


def test_the_teachers_page_walks_from_proposal_to_end(app: Any, database: Database) -> None:
    with database.write() as session:
        world = build(session)
        propose(session, world, focus="Ruimte nemen")
        id_ = only(session).id
    client = sign_in(app.test_client(), world.fenna)
    page = client.get("/coaching").text
    assert "Ruben as your coach?" in page and "Ruimte nemen" in page
    assert post(client, f"/coaching/{id_}/accept").status_code == 303
    assert "End this coaching" in client.get("/coaching").text
    assert sign_in(app.test_client(), world.ruben).get("/desk").status_code == 200
    assert post(client, f"/coaching/{id_}/end").status_code == 303
    assert "With whom would you like to think along?" in client.get("/coaching").text
    assert sign_in(app.test_client(), world.ruben).get("/desk").status_code == 404
    for person in (world.ruben, world.mirjam, world.fenna):
        for act in ("accept", "end"):
            other = sign_in(app.test_client(), person)
            assert post(other, f"/coaching/{uuid.uuid4()}/{act}").status_code == 404
            assert post(other, f"/coaching/{id_}/{act}").status_code == 404
