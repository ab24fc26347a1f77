"""A file of people: nothing changes until the yes; then each is invited once, as by hand, whatever happens."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio.clock import now, today
from portfolio.db import Database, new_id
from portfolio.entries.models import Portfolio
from portfolio.errors import NotVisible, Refused
from portfolio.jobs.models import Job
from portfolio.jobs.worker import Worker
from portfolio.notices.sending import SEND_MAIL
from portfolio.people import inviting, limits, roster_importing, rosters
from portfolio.people.models import CohortMember, OneTimeLink, Person, SchoolRole
from portfolio.people.roster_models import Roster, RosterLine
from portfolio.people.tests.accounts_world import link_in, mails
from portfolio.people.tests.roster_world import Office, make_office, sheet_of
from portfolio.settings import Settings
from portfolio.testing import count_rows, make_cohort, make_person, make_school, open_scope_for

HOUR = dt.timedelta(hours=1)
NAMES = ("Aad", "Bea", "Cas", "Dia", "Els")
ADDRESSES = [f"{name.lower()}@example.org" for name in NAMES]


@pytest.fixture
def office(database: Database, settings: Settings) -> Office:
    return make_office(database, settings)


def counted(office: Office) -> dict[str, int]:
    """Rows of each table, but those of a worker's own."""
    with office.database.read() as session:
        return {name: number for name, number in count_rows(session).items() if name != "job_schedule"}


def test_looking_changes_nothing_and_the_same_form_or_a_new_file_leaves_one(office: Office) -> None:
    before, form = counted(office), new_id()
    first = office.look(sheet_of(*NAMES), form_id=form)
    assert office.look(sheet_of(*NAMES), form_id=form) == first
    assert office.look(sheet_of(*NAMES), form_id=new_id()) == first, "as after the back button"
    after = counted(office)
    assert (after.pop("roster"), after.pop("roster_line")) == (1, 5)
    assert after == {name: number for name, number in before.items() if not name.startswith("roster")}
    other = office.look(sheet_of("Fem", more=";;\nGus;\n"))
    assert counted(office) == {**after, "roster": 1, "roster_line": 1}
    facts = office.facts(other)
    assert (facts.state, facts.people, [one.problems[0].code for one in facts.faulty]) == ("preview", 1, ["no email"])
    office.work(rosters.KEPT + HOUR)
    assert "roster" not in {name for name, number in counted(office).items() if number and name.startswith("roster")}
    with pytest.raises(NotVisible):
        office.facts(other)


def rows_about(office: Office, address: str) -> list[Any]:
    """All there is of an invited person, but ids, moments and the link itself."""
    with office.database.read() as session:
        person = session.scalars(select(Person).where(Person.invited_email == address)).one()
        tables = (SchoolRole, Portfolio, OneTimeLink, Job)
        rows: list[Any] = [person]
        for table in tables:
            rows += session.scalars(select(table).where(table.person_id == person.id))  # type: ignore[attr-defined]
        (mail,) = [one for one in mails(office.database) if one.to_address == address]
        told = (mail.subject, mail.language, mail.about_id, mail.body.replace(link_in(mail.body), ""))
        left_out = {"id", "person_id", "created_at", "ends_at", "run_at", "token_hash", "invited_email", "payload"}
        return [told] + [
            {key.key: getattr(row, key.key) for key in row.__table__.columns if key.key not in left_out}
            for row in rows
        ]


def test_each_is_invited_as_by_hand_whoever_has_the_address_elsewhere(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_importing, "MAIL_EVERY", HOUR)  # they stay to be looked at
    with office.database.write() as session:
        elsewhere = make_school(session, name="Elders")
        make_person(session, name="Noor", email="elders@example.org", school=elsewhere)
    by_hand = {"school_id": office.school.id, "base_url": office.settings.base_url, "language": "en", "role": "coach"}
    with office.database.write() as session:
        scope = open_scope_for(session, office.world.mirjam)
        inviting.invite_person(scope, "Noor", "hand@example.org", **by_hand)
    text = "name,email,language,role\nNoor,file@example.org,en,coach\nNoor,elders@example.org,en,coach\n"
    office.do(roster_importing.confirm, office.look(text))
    with office.database.write() as session:
        session.execute(update(Job).where(Job.kind == SEND_MAIL).values(run_at=now() + HOUR))
    office.work()
    hand, file, known = (rows_about(office, f"{name}@example.org") for name in ("hand", "file", "elders"))
    assert len(hand) == 6
    assert hand == file == known


def test_lines_about_the_schools_own_people_and_cohorts_are_explained(office: Office) -> None:
    with office.database.write() as session:
        school = session.merge(office.school)
        make_person(session, name="Ooit", email="ooit@example.org", school=make_school(session, name="Elders"))
        for name, until in (("Delen", None), ("Twee", None), ("twee", None), ("Voorbij", dt.date(2021, 1, 1))):
            cohort = make_cohort(session, school)
            cohort.name, cohort.until = name, until
    office.do(inviting_one, "al@example.org")
    text = (
        "naam;e-mail;cohort\nA;fenna@example.org;\nB;al@example.org;Elders\nC;ooit@example.org;DELEN\n"
        "D;d@example.org;Twee\nE;e@example.org;Voorbij\n"
    )
    roster = office.look(text)
    known = "Somebody of this school has this address already."
    assert {line.number: [str(one) for one in line.problems] for line in office.facts(roster).faulty} == {
        2: [known],
        3: [known, "This school has no cohort called “Elders” that runs or is to begin."],
        5: ["This school has more than one cohort called “Twee”."],
        6: ["This school has no cohort called “Voorbij” that runs or is to begin."],
    }
    office.do(roster_importing.confirm, roster)
    office.work()
    with office.database.read() as session:
        (member,) = session.scalars(select(CohortMember)).all()
        person = session.get_one(Person, member.person_id)
    assert (person.name, member.since, member.until) == ("C", today(), None)


def inviting_one(scope: Any, school_id: Any, address: str) -> None:
    """Invite one person by hand."""
    inviting.invite_person(scope, "Al Hier", address, school_id=school_id, base_url="http://127.0.0.1:8000")


def test_a_worker_that_died_halfway_is_followed_by_one_that_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_importing, "AT_ONCE", 2)
    roster = office.confirm(sheet_of(*NAMES))
    real, pieces = inviting.invite_many, []

    def dies(*args: Any, **more: Any) -> Any:
        pieces.append(real(*args, **more))
        if len(pieces) == 2:
            raise SystemExit  # as a process that ends: nothing is written down about it, and its lease stays
        return pieces[-1]

    monkeypatch.setattr(inviting, "invite_many", dies)
    with pytest.raises(SystemExit):
        Worker(office.database, office.settings).run_due(until=None)
    assert office.invited() == ADDRESSES[:2]
    assert (office.facts(roster).state, office.facts(roster).outcomes) == ("busy", {"": 3, "invited": 2})
    office.work()
    assert office.invited() == ADDRESSES[:2], "it may be alive"
    office.work(dt.timedelta(seconds=61))
    assert office.invited() == ADDRESSES
    assert sorted(mail.to_address for mail in mails(office.database)) == ADDRESSES
    assert (office.facts(roster).state, office.facts(roster).outcomes) == ("done", {"invited": 5})


def test_two_administrators_with_the_same_file_at_the_same_moment_invite_each_once(office: Office) -> None:
    with office.database.write() as session:
        school = session.merge(office.school)
        colleague = make_person(session, name="Sanne", school=school, role="administrator")
    both = [office.confirm(sheet_of(*NAMES)), office.confirm(sheet_of(*reversed(NAMES)), by=colleague)]
    office.do(roster_importing.confirm, both[0], by=colleague)  # and a second yes
    workers = [threading.Thread(target=office.work) for _number in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert office.invited() == ADDRESSES
    assert len(mails(office.database)) == 5
    outcomes = [office.facts(roster).outcomes for roster in both]
    assert sum(one["invited"] for one in outcomes) == sum(one["known"] for one in outcomes) == 5


def test_mails_leave_one_by_one_after_the_invitations_and_others_mail_between_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_importing, "AT_ONCE", 2)
    monkeypatch.setattr(roster_importing, "MAIL_EVERY", HOUR)
    office.confirm(sheet_of(*NAMES))
    office.work()
    with office.database.read() as session:
        due = list(session.scalars(select(Job.run_at).where(Job.kind == SEND_MAIL).order_by(Job.run_at)))
        confirmed = session.scalars(select(Roster.confirmed_at)).one()
    assert due == [confirmed + HOUR * number for number in range(2, 7)]


def test_an_address_that_was_invited_often_today_is_left_out_and_says_so(office: Office) -> None:
    tries = limits.INVITATIONS_PER_ADDRESS.tries
    for _turn in range(tries):
        roster = office.confirm(sheet_of("Aad"))
        office.work()
        assert office.undo(roster) == (1, 0)
    roster = office.confirm(sheet_of("Aad", "Bea"))
    office.work()
    assert office.invited() == ["bea@example.org"]
    (left,) = office.do(lambda scope, school: rosters.list_lines(scope, roster, but="invited"))
    assert (left.name, left.outcome) == ("Aad", "often")
    own = [(f"{office.school.id} aad@example.org", f"{office.world.mirjam.id} aad@example.org")]
    with office.database.write() as session:
        assert limits.count_each(session, now(), limits.INVITATIONS_PER_ADDRESS, own) == [False]
        assert limits.count_each(session, now() + limits.DAY, limits.INVITATIONS_PER_ADDRESS, own) == [True]


def test_who_is_administrator_no_more_invites_nobody(office: Office) -> None:
    with office.database.write() as session:
        colleague = make_person(session, name="Sanne", school=session.merge(office.school), role="administrator")
    roster = office.confirm(sheet_of("Aad"), by=colleague)
    with office.database.write() as session:
        hers = update(SchoolRole).where(SchoolRole.person_id == colleague.id)
        session.execute(hers.values(until=dt.date(2021, 1, 1)))
    office.work()
    assert office.invited() == []
    assert (office.facts(roster).state, office.facts(roster).outcomes) == ("done", {"": 1})


def test_another_school_finds_no_file_of_this_one(office: Office) -> None:
    roster = office.look(sheet_of("Aad"))
    with office.database.write() as session:
        other = make_school(session, name="Elders")
        stranger = make_person(session, name="Sanne", school=other, role="administrator")
    for what in (rosters.get_roster, roster_importing.confirm, roster_importing.undo):
        for school in (office.school.id, other.id):
            with office.database.write() as session, pytest.raises(NotVisible):
                what(open_scope_for(session, stranger), school, roster)
    assert office.facts(roster).state == "preview"
    nobody = office.look("naam;e-mail\nZonder;\n")
    with pytest.raises(Refused):
        office.do(roster_importing.confirm, nobody)
    with office.database.read() as session:
        assert session.scalars(select(RosterLine)).all() == []
