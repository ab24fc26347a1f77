"""Taking a file back: within the hour, and only who has never signed in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio.clock import now
from portfolio.db import Database
from portfolio.errors import Refused
from portfolio.jobs.models import Job
from portfolio.jobs.worker import run_pending
from portfolio.notices.sending import SEND_MAIL
from portfolio.people import inviting, roster_importing
from portfolio.people.models import Leadership, Person, SchoolRole
from portfolio.people.roster_models import RosterLine
from portfolio.people.tests.accounts_world import NEW, is_signed_in, link_in, mails
from portfolio.people.tests.roster_world import Office, make_office, sheet_of
from portfolio.settings import Settings
from portfolio.testing import make_leadership, make_person, make_school, open_scope_for, post, sign_in

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def office(database: Database, settings: Settings) -> Office:
    return make_office(database, settings)


def of(office: Office, address: str) -> tuple[uuid.UUID, str]:
    """Who was invited at an address, and the path of their link."""
    with office.database.read() as session:
        person = session.scalars(select(Person.id).where(Person.invited_email == address)).one()
    (mail,) = [one for one in mails(office.database) if one.to_address == address]
    return person, link_in(mail.body)


def test_who_begun_stays_and_who_came_along_and_all_else_of_the_others_goes(
    office: Office, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_importing, "MAIL_EVERY", MINUTE)
    with office.database.write() as session:
        noor = make_person(session, name="Noor", email="noor@example.org", school=make_school(session, name="Elders"))
    office.do(lambda scope, school: inviting.invite_person(
        scope, "Hand", "hand@example.org", school_id=school, base_url=office.settings.base_url))  # fmt: skip
    roster = office.confirm(sheet_of("Aad", "Bea", "Cas", "Noor", "Weg"))
    office.work()
    hers, path = of(office, "bea@example.org")
    begun = app.test_client()
    assert post(begun, path, {"password": NEW, "password_again": NEW, "language": "en"}).status_code == 303
    _hers, path = of(office, "noor@example.org")
    assert post(sign_in(app.test_client(), noor), f"{path}/join").status_code == 303
    gone, _path = of(office, "weg@example.org")
    with office.database.write() as session:
        inviting.remove_invited(open_scope_for(session, office.world.mirjam), gone)
        aad = session.scalars(select(Person).where(Person.invited_email == "aad@example.org")).one()
        make_leadership(session, session.merge(office.world.fenna), aad, school=session.merge(office.school))

    assert office.undo(roster, at=now() + 59 * MINUTE) == (2, 2)
    assert office.invited() == ["hand@example.org"]
    assert is_signed_in(begun)
    facts = office.facts(roster)
    assert (facts.state, facts.outcomes) == ("undone", {"invited": 2})
    with office.database.read() as session:
        assert session.scalars(select(Leadership)).all() == []
        assert session.scalar(select(func.count()).where(SchoolRole.person_id == noor.id)) == 2
        left = set(session.scalars(select(RosterLine.person_id)))
        waiting = session.scalar(select(func.count()).where(Job.kind == SEND_MAIL, Job.run_at > now() + MINUTE))
    assert left == {hers, noor.id}
    assert [mail.to_address for mail in mails(office.database)] == ["hand@example.org", "bea@example.org"]
    assert waiting == 1, "the mail of who begun; the others' don't leave"
    with pytest.raises(Refused):
        office.undo(roster)


def test_after_an_hour_it_is_too_late(office: Office) -> None:
    roster = office.confirm(sheet_of("Aad"))
    office.work()
    with pytest.raises(Refused):
        office.undo(roster, at=now() + 61 * MINUTE)
    assert office.invited() == ["aad@example.org"]


def test_what_is_being_carried_out_can_be_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_importing, "AT_ONCE", 1)
    roster = office.confirm(sheet_of("Aad", "Bea", "Cas"))
    real = roster_importing.inviting.invite_many

    def once(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(roster_importing.inviting, "invite_many", stop)
        return real(*args, **more)

    def stop(*args: Any, **more: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(roster_importing.inviting, "invite_many", once)
    with pytest.raises(SystemExit):
        office.work()
    monkeypatch.setattr(roster_importing.inviting, "invite_many", real)
    assert office.facts(roster).can_be_undone(now() + 90 * MINUTE), "as long as it runs"
    assert office.undo(roster) == (1, 0)
    run_pending(office.database, office.settings, now() + 2 * MINUTE)
    assert office.invited() == []
    assert (office.facts(roster).state, office.facts(roster).people) == ("undone", 0)
