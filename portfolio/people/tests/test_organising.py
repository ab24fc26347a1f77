"""A school's people, roles and settings; leaders and what they end; and the pages of an administrator."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.entries.models import Share
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import speaking
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.service import JobContext, periods
from portfolio.notices.models import Mail
from portfolio.people import circles, coaching, leading, organising
from portfolio.people.models import Board, CircleMember, Coaching, Leadership, Person, School, SchoolRole
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    open_scope_for,
)

BASE = "http://127.0.0.1:8000"
DAY = dt.timedelta(days=1)


class World(NamedTuple):
    school: School
    mirjam: Person
    fenna: Person
    hanne: Person
    yara: Person


@pytest.fixture
def world(session: Session) -> World:
    school = make_school(session)
    mirjam = make_person(session, name="Mirjam Bedacht", school=school, role="administrator")
    fenna = make_person(session, name="Fenna Voorbeeld", school=school, email="fenna@example.org")
    hanne = make_person(session, name="Hanne Fictema", school=school, role="leader", email="hanne@example.org")
    yara = make_person(session, name="Yara Doenalsof", school=make_school(session, name="Het Luchtkasteel"))
    return World(school, mirjam, fenna, hanne, yara)


def start(session: Session, world: World, **kw: Any) -> uuid.UUID:
    values = {"leader_id": world.hanne.id, "teacher_id": world.fenna.id, "since": today()} | kw
    return leading.start_leadership(open_scope_for(session, world.mirjam), world.school.id, **values)


def refusal(action: Any, *args: Any, **kw: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        action(*args, **kw)
    return {field: str(message) for field, message in refused.value.errors.items()}


def test_who_left_the_school_comes_back_only_by_an_invitation(session: Session, world: World) -> None:
    [role] = session.scalars(select(SchoolRole).where(SchoolRole.person_id == world.fenna.id))
    role.until = today() - DAY
    session.flush()
    scope = open_scope_for(session, world.mirjam)
    back = (scope, world.school.id, world.fenna.id, "teacher", today(), None)
    assert list(refusal(organising.add_role, *back)) == ["role"]
    again, link = organising.invite(
        scope, world.school.id, name="Fenna", email="fenna@example.org", role="teacher", since=today(), base_url=BASE
    )
    assert again != world.fenna.id and link is None  # one more invitation, which she may decline
    world.fenna.email, world.fenna.sign_in_name = None, "fenna.voorbeeld"
    session.flush()
    organising.add_role(*back)


def test_people_are_listed_with_roles_and_days_and_nothing_about_what_they_do(session: Session, world: World) -> None:
    lines = organising.list_roles(open_scope_for(session, world.mirjam), world.school.id)
    assert [(line.name, line.role) for line in lines] == [
        ("Fenna Voorbeeld", "teacher"), ("Hanne Fictema", "leader"), ("Mirjam Bedacht", "administrator"),
    ]  # fmt: skip
    assert set(organising.RoleLine.__dataclass_fields__) == {
        "role_id", "person_id", "name", "has_email", "invited_email", "sign_in_name", "role", "since", "until", "begun",
    }  # fmt: skip


def test_only_the_schools_own_administrator_gets_anything(session: Session, world: World) -> None:
    for person in (world.fenna, world.hanne, world.yara):
        scope = open_scope_for(session, person)
        for action in (
            lambda scope=scope: organising.list_roles(scope, world.school.id),
            lambda scope=scope: organising.list_people_here(scope, world.school.id),
            lambda scope=scope: organising.get_school(scope, world.school.id),
            lambda scope=scope: organising.make_school(scope, world.school.id, "Nog een", "base", ["base"]),
            lambda scope=scope: leading.list_leaderships(scope, world.school.id),
            lambda scope=scope: leading.start_leadership(
                scope, world.school.id, world.hanne.id, world.fenna.id, today()
            ),
            lambda scope=scope: coaching.list_at_school(scope, world.school.id),
            lambda scope=scope: organising.end_role(scope, world.school.id, uuid.uuid4(), today()),
        ):
            with pytest.raises(NotVisible):
                action()


@pytest.mark.parametrize("days", [-400, 0, 30])
def test_somebody_is_invited_from_the_day_that_was_chosen(session: Session, world: World, days: int) -> None:
    scope = open_scope_for(session, world.mirjam)
    since = today() + days * DAY
    person, link = organising.invite(
        scope, world.school.id, name="Gijs", email="gijs@example.org", role="coach", since=since, base_url=BASE
    )
    assert link is None
    [line] = organising.list_roles(scope, world.school.id, person)
    assert (line.name, line.role, line.since, line.begun) == ("Gijs", "coach", since, False)
    _person, link = organising.invite(
        scope, world.school.id, name="Zonder mail", email="", role="teacher", since=today(), base_url=BASE
    )
    assert link is not None and link.startswith(f"{BASE}/invitation/")


def test_an_invitation_that_cannot_be_says_why(session: Session, world: World) -> None:
    scope = open_scope_for(session, world.mirjam)
    good = {"name": "Gijs", "email": "", "role": "teacher", "since": today(), "base_url": BASE}
    for wrong, field in (
        ({"name": " "}, "name"),
        ({"email": "geen adres"}, "email"),
        ({"role": "koning"}, "role"),
        ({"since": dt.date(1, 1, 1)}, "since"),
        ({"since": dt.date(9999, 12, 31)}, "since"),
    ):
        assert set(refusal(organising.invite, scope, world.school.id, **(good | wrong))) == {field}


def test_a_role_is_added_once_and_ends_after_its_last_day(session: Session, world: World) -> None:
    scope = open_scope_for(session, world.mirjam)
    organising.add_role(scope, world.school.id, world.fenna.id, "coach", today(), None)
    assert refusal(organising.add_role, scope, world.school.id, world.fenna.id, "coach", today() + DAY, None) == {
        "role": "This person has that role in these days already."
    }
    assert refusal(organising.add_role, scope, world.school.id, world.fenna.id, "leader", today(), today() - DAY) == {
        "last_day": "This end lies before its start."
    }
    role = next(line for line in organising.list_roles(scope, world.school.id) if line.role == "coach")
    organising.end_role(scope, world.school.id, role.role_id, today())
    assert session.get_one(SchoolRole, role.role_id).until == today() + DAY
    for day, words in ((today() - DAY, "before its start"), (dt.date(9999, 12, 31), "ten years")):
        assert words in refusal(organising.end_role, scope, world.school.id, role.role_id, day)["last_day"]
    with pytest.raises(NotVisible):
        organising.add_role(scope, world.school.id, world.yara.id, "teacher", today(), None)
    elsewhere = session.scalars(select(SchoolRole.id).where(SchoolRole.person_id == world.yara.id)).one()
    with pytest.raises(NotVisible):
        organising.end_role(scope, world.school.id, elsewhere, today())


def test_the_last_administrator_stays(session: Session, world: World) -> None:
    scope = open_scope_for(session, world.mirjam)
    mine = next(line for line in organising.list_roles(scope, world.school.id) if line.role == "administrator")
    assert "without an administrator" in refusal(
        organising.end_role, scope, world.school.id, mine.role_id, today()
    )["last_day"]
    organising.add_role(scope, world.school.id, world.hanne.id, "administrator", today(), None)
    organising.end_role(scope, world.school.id, mine.role_id, today())


def test_another_school_stands_under_the_same_board_with_its_maker_as_administrator(
    session: Session, world: World
) -> None:
    board = Board(name="Stichting Schijnwerelden")
    session.add(board)
    session.flush()
    world.school.board_id = board.id
    session.flush()
    scope = open_scope_for(session, world.mirjam)
    made = organising.make_school(scope, world.school.id, "De Denkbeeldige Tuin", "base", ["base"])
    facts = organising.get_school(open_scope_for(session, world.mirjam), made)
    assert (facts.name, facts.board_id) == ("De Denkbeeldige Tuin", board.id)
    organising.change_school(scope, world.school.id, "Nieuwe naam", "base", ["base"])
    assert organising.get_school(scope, world.school.id).name == "Nieuwe naam"
    for action in (organising.change_school, organising.make_school):
        assert refusal(action, scope, world.school.id, "X", "lelijk", ["base"]) == {"theme": "Choose one of these."}


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"leader_id": None}, "leader", "of this school"),
        ({"teacher_id": None}, "teacher", "of this school"),
        ({"leader_id": "yara"}, "leader", "of this school"),
        ({"leader_id": "fenna"}, "teacher", "own leader"),
        ({"since": -367}, "since", "at most a year ago"),
        ({"since": 3700}, "since", "ten years away"),
        ({"last_day": -1}, "last_day", "before its start"),
        ({"since": -20, "last_day": -1}, "last_day", "over already"),
    ],
)
def test_a_leadership_that_cannot_be_says_why(
    session: Session, world: World, wrong: dict[str, Any], field: str, words: str
) -> None:
    def meant(value: Any) -> Any:
        if isinstance(value, int):
            return today() + value * DAY
        return getattr(world, value).id if isinstance(value, str) else value

    values = {name: meant(value) for name, value in wrong.items()}
    found = refusal(start, session, world, **values)
    assert list(found) == [field] and words in found[field]
    assert session.scalars(select(Leadership)).all() == []


def test_nobody_leads_their_own_leader_neither_directly_nor_by_way_of_another(session: Session, world: World) -> None:
    mid = make_person(session, name="Midden", school=world.school)
    start(session, world, teacher_id=mid.id)
    start(session, world, leader_id=mid.id)
    assert "both ways" in refusal(start, session, world, leader_id=mid.id, teacher_id=world.hanne.id)["teacher"]
    assert "both ways" in refusal(start, session, world, leader_id=world.fenna.id, teacher_id=world.hanne.id)["teacher"]
    assert "already" in refusal(start, session, world, teacher_id=mid.id)["teacher"]
    start(session, world, teacher_id=world.mirjam.id)  # somebody else: fine


@pytest.mark.parametrize("starts", [-30, 0, 30])
def test_what_leader_and_teacher_have_together_ends_the_same_day(session: Session, world: World, starts: int) -> None:
    circle = make_circle(session, world.fenna, world.hanne, world.yara, name="Onderstroom")
    apart = make_circle(session, world.hanne, world.yara, name="Van Hanne")
    both = [make_coaching(session, world.hanne, world.fenna), make_coaching(session, world.fenna, world.hanne)]
    kept = make_coaching(session, world.hanne, world.yara)
    shares = {
        "to the leader": make_share(session, make_entry(session, world.fenna), person=world.hanne),
        "to the teacher": make_share(session, make_entry(session, world.hanne), person=world.fenna),
        "to the coach": make_share(session, make_entry(session, world.fenna), coaching=both[0]),
        "by the leader to the circle": make_share(session, make_entry(session, world.hanne), circle=circle),
    }
    stay = {
        "by the teacher to the circle": make_share(session, make_entry(session, world.fenna), circle=circle),
        "to somebody else": make_share(session, make_entry(session, world.fenna), person=world.yara),
        "to another circle": make_share(session, make_entry(session, world.hanne), circle=apart),
    }
    start(session, world, since=today() + starts * DAY)
    day = today() + max(starts, 0) * DAY
    session.expire_all()
    assert {name: share.until for name, share in shares.items()} == dict.fromkeys(shares, day)
    assert {name: share.until for name, share in stay.items()} == dict.fromkeys(stay)
    assert [one.until for one in both] == [day, day] and kept.until is None
    left = {
        (row.circle_id, row.person_id): row.until for row in session.scalars(select(CircleMember)) if row.until
    }
    assert left == {(circle.id, world.hanne.id): day}
    hanne = open_scope_for(session, world.hanne, now=now() + (day - today()))
    assert [line.name for line in circles.list_mine(hanne)[0]] == ["Van Hanne"]
    assert len(circles.list_mine(open_scope_for(session, world.fenna))[0]) == 1


def test_invitations_that_would_bring_the_two_together_are_withdrawn(session: Session, world: World) -> None:
    of_fenna, of_hanne = make_circle(session, world.fenna), make_circle(session, world.hanne, name="Van Hanne")
    other = make_circle(session, world.yara, name="Van Yara")
    for circle, person in ((of_fenna, world.hanne), (of_hanne, world.fenna), (other, world.hanne)):
        session.add(CircleMember(circle_id=circle.id, person_id=person.id, since=today()))
    session.flush()
    start(session, world)
    pending = session.scalars(select(CircleMember.circle_id).where(CircleMember.accepted_at.is_(None))).all()
    assert pending == [other.id]
    assert [one.name for one in circles.list_mine(open_scope_for(session, world.hanne))[0]] == ["Van Hanne"]


def test_both_get_a_notice_in_their_own_language_that_names_no_circle(session: Session, world: World) -> None:
    make_circle(session, world.fenna, world.hanne, name="Onderstroom")
    world.hanne.language = "en"
    session.flush()
    with speaking("nl"):
        start(session, world)
    mails = {mail.to_address: mail for mail in session.scalars(select(Mail))}
    assert set(mails) == {"fenna@example.org", "hanne@example.org"}
    assert mails["hanne@example.org"].language == "en" and mails["fenna@example.org"].language == "nl"
    for mail in mails.values():
        text = f"{mail.subject} {mail.body}"
        assert "Onderstroom" not in text and "circle" not in text.lower() and "kring" not in text.lower()
    assert "Fenna Voorbeeld" in mails["hanne@example.org"].body
    assert "Hanne Fictema" in mails["fenna@example.org"].body


def test_what_two_began_together_before_the_day_ends_on_the_day(
    session: Session, world: World, settings: Any, database: Database
) -> None:
    load_handlers()
    assert "settle-leaderships" in periods()
    start(session, world, since=today() + 2 * DAY)
    share = make_share(session, make_entry(session, world.hanne), person=world.fenna)
    for later, until in ((1, None), (2, today() + 2 * DAY)):
        context = JobContext(database, settings, uuid.uuid4(), None, now() + later * DAY, 1, False)
        leading.settle_leaderships(session, {}, context)
        session.expire_all()
        assert session.get_one(Share, share.id).until == until


def test_a_leadership_ends_after_its_last_day_and_can_begin_again(session: Session, world: World) -> None:
    scope = open_scope_for(session, world.mirjam)
    made = start(session, world, since=today() - 10 * DAY)
    assert "before its start" in refusal(
        leading.end_leadership, scope, world.school.id, made, today() - 11 * DAY
    )["last_day"]
    leading.end_leadership(scope, world.school.id, made, today())
    assert "ends earlier" in refusal(leading.end_leadership, scope, world.school.id, made, today() + DAY)["last_day"]
    start(session, world, since=today() + DAY)
    leading.end_leadership(scope, world.school.id, made, today() - DAY)
    with pytest.raises(NotVisible):
        leading.end_leadership(scope, world.school.id, made, today())
    elsewhere = make_leadership(session, world.hanne, world.yara)
    with pytest.raises(NotVisible):
        leading.end_leadership(scope, world.school.id, elsewhere.id, today())


@pytest.mark.parametrize("first", ["leadership", "acceptance"])
@pytest.mark.parametrize("of", ["circle", "coaching"])
def test_a_leadership_and_an_acceptance_at_the_same_moment_do_not_pass_each_other(
    database: Database, first: str, of: str
) -> None:
    """The second begins while the first is done but not committed: it has to wait, and then see it."""
    with database.write() as session:
        school = make_school(session)
        mirjam, fenna, hanne = (
            make_person(session, name=name, school=school, role=role)
            for name, role in (("Mirjam", "administrator"), ("Fenna", "teacher"), ("Hanne", "leader"))
        )
        circle = make_circle(session, hanne)
        row = CircleMember(circle_id=circle.id, person_id=fenna.id, since=today())
        offer = Coaching(coach_id=hanne.id, teacher_id=fenna.id, since=today())
        session.add_all([row, offer])
        session.flush()
        membership, proposal = row.id, offer.id
    done, broken = threading.Event(), []

    def accept() -> None:
        with database.write() as session:
            scope = open_scope_for(session, fenna)
            circles.accept(scope, membership) if of == "circle" else coaching.accept(scope, proposal)
            pause()

    def lead() -> None:
        with database.write() as session:
            leading.start_leadership(open_scope_for(session, mirjam), school.id, hanne.id, fenna.id, today())
            pause()

    def pause() -> None:
        if not done.is_set():
            done.set()
            time.sleep(0.7)

    def run(action: Any, *, wait: bool) -> None:
        try:
            if wait:
                assert done.wait(20)
            action()
        except (Refused, NotVisible):
            pass
        except BaseException as error:
            broken.append(error)

    order = [lead, accept] if first == "leadership" else [accept, lead]
    threads = [threading.Thread(target=run, args=(act,), kwargs={"wait": act is order[1]}) for act in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert broken == []
    with database.read() as session:
        assert session.scalars(select(Leadership)).one().leader_id == hanne.id
        running = CircleMember.accepted_at.is_not(None) & CircleMember.running(today())
        assert len(session.scalars(select(CircleMember).where(running)).all()) < 2
        agreed = Coaching.accepted_at.is_not(None) & Coaching.running(today())
        assert session.scalars(select(Coaching).where(agreed)).all() == []


def test_two_administrators_do_not_make_two_people_each_others_leader(database: Database) -> None:
    with database.write() as session:
        school = make_school(session)
        mirjam, one, other = (
            make_person(session, name=name, school=school, role=role)
            for name, role in (("Mirjam", "administrator"), ("Fenna", "teacher"), ("Hanne", "teacher"))
        )
    first_done, outcomes = threading.Event(), []

    def lead(leader: Person, teacher: Person, *, first: bool) -> None:
        assert first or first_done.wait(20)
        try:
            with database.write() as session:
                leading.start_leadership(open_scope_for(session, mirjam), school.id, leader.id, teacher.id, today())
                if first:
                    first_done.set()
                    time.sleep(0.7)
            outcomes.append("saved")
        except Refused as refused:
            outcomes.append(str(refused.errors["teacher"]))

    pairs = [((one, other), True), ((other, one), False)]
    threads = [threading.Thread(target=lead, args=pair, kwargs={"first": first}) for pair, first in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes[0] == "saved" and "both ways" in outcomes[1]
