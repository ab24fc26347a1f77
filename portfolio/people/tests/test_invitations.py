"""Invitations: who gets the link, what the page says, and that nobody opens a used account with one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portfolio.clock import now
from portfolio.entries.models import Portfolio
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.people import inviting, recovery, setting_up
from portfolio.people.models import OneTimeLink, Person, School, SchoolRole
from portfolio.people.tests.accounts_world import (
    NEW,
    is_signed_in,
    link_in,
    log_in,
    mails,
    make_paper_person,
    make_world,
)
from portfolio.testing import make_person, make_school, open_scope_for, post

BASE = "http://127.0.0.1:8000"


def _invite(database: Any, world: Any, name: str, email: str | None, **more: Any) -> tuple[Any, str | None]:
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        return inviting.invite_person(scope, name, email, base_url=BASE, school_id=world.school.id, **more)


def _password(password: str = NEW, **more: str) -> dict[str, str]:
    return {"password": password, "password_again": password, "language": "en", **more}


def test_the_link_goes_by_mail_in_the_persons_language_and_the_school_never_sees_it(client: Any, database: Any) -> None:
    world = make_world(database)
    person_id, link = _invite(database, world, "Daan Doenalsof", "Daan@Example.org", language="en")
    assert link is None
    (mail,) = mails(database)
    assert (mail.to_address, mail.person_id) == ("daan@example.org", person_id)
    path = link_in(mail.body)
    page = client.get(path)
    assert page.status_code == 200
    assert "Mirjam Denkbeeld (Lyceum De Papieren Brug) invites you." in page.text
    answer = post(client, path, _password(language="nl"))
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    with database.read() as session:
        person = session.get_one(Person, person_id)
        assert (person.language, person.used_at is not None) == ("nl", True)
        assert session.scalar(select(func.count()).where(Portfolio.person_id == person_id)) == 1
    assert log_in(client.application.test_client(), "daan@example.org", NEW).status_code == 303


def test_an_invitation_used_twice_says_so_and_changes_nothing(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    _invite(database, world, "Daan", "daan@example.org", language="en")
    path = link_in(mails(database)[0].body)
    post(client, path, _password())
    other = app.test_client()
    other.set_cookie("language", "en")
    for answer in (other.get(path), post(other, path, _password("heel iets anders nu"))):
        assert answer.status_code == 410
        assert "This link has been used already" in answer.text
        assert 'href="/forgot"' in answer.text
    assert not is_signed_in(other)
    assert log_in(other, "daan@example.org", NEW).status_code == 303


def test_an_invitation_ends_after_fourteen_days(client: Any, database: Any) -> None:
    world = make_world(database)
    _invite(database, world, "Daan", "daan@example.org", language="en")
    path = link_in(mails(database)[0].body)
    with database.write() as session:
        assert session.scalars(select(OneTimeLink.ends_at)).one() - now() > dt.timedelta(days=13, hours=23)
        session.execute(update(OneTimeLink).values(ends_at=now()))
    client.set_cookie("language", "en")
    answer = client.get(path)
    assert answer.status_code == 410
    assert "This link has ended" in answer.text


@pytest.mark.parametrize(
    "password",
    [
        "", "kort", "x" * 1001, "aaaaaaaaaaaaaaaa", "wachtwoord1234", "Daan Doenalsof", "daan@example.org",
        "daandoenalsof12",
    ],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_at_the_field(client: Any, database: Any, password: str) -> None:
    world = make_world(database)
    _invite(database, world, "Daan Doenalsof", "daan@example.org", language="en")
    path = link_in(mails(database)[0].body)
    answer = post(client, path, _password(password))
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert post(client, path, {**_password(), "password_again": "anders"}).status_code == 422
    assert post(client, path, _password()).status_code == 303


def test_who_has_no_email_gets_a_paper_link_and_at_the_end_ten_codes_once(client: Any, database: Any) -> None:
    world = make_world(database)
    person_id, link = _invite(database, world, "Gijs Papier", None, language="en")
    assert link is not None
    assert mails(database) == []
    answer = post(client, link.removeprefix(BASE), _password())
    assert answer.status_code == 200
    assert answer.text.count("<li><code>") == 10
    assert "gijs.papier" in answer.text
    client.get("/")
    post(client, "/sign-out")
    assert log_in(client, "Gijs.Papier", NEW).status_code == 303  # not shown again


def test_sign_in_names_are_ones_own(database: Any) -> None:
    world = make_world(database)
    first, _link = _invite(database, world, "Gijs Papier", None)
    second, _link = _invite(database, world, "Gijs Papier", None)
    with database.read() as session:
        names = [session.get_one(Person, one).sign_in_name for one in (first, second)]
    assert names == ["gijs.papier", "gijs.papier.2"]
    for wrong in ("Gijs.Papier", "ab", "x" * 41, "gijs@thuis", "..."):
        with pytest.raises(Refused) as refused:
            _invite(database, world, "Gijs", None, sign_in_name=wrong)
        assert list(refused.value.errors) == ["sign_in_name"]


@pytest.mark.parametrize("name", ["", " \n", "x" * 81, "\x00"])
def test_a_name_is_needed(database: Any, name: str) -> None:
    world = make_world(database)
    with pytest.raises(Refused) as refused:
        _invite(database, world, name, "daan@example.org")
    assert list(refused.value.errors) == ["name"]


@pytest.mark.parametrize("email", ["nix", "a@b@c", "a\n@example.org", "x" * 300 + "@example.org", "\x00@example.org"])
def test_an_address_must_be_one(database: Any, email: str) -> None:
    world = make_world(database)
    with pytest.raises(Refused) as refused:
        _invite(database, world, "Daan", email)
    assert list(refused.value.errors) == ["email"]


def test_inviting_who_has_an_account_touches_nothing_of_it(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        elsewhere = make_person(session, name="Yara", email="yara@example.org")
    person_id, link = _invite(database, world, "Iemand anders", "Yara@example.org")
    assert person_id != elsewhere.id
    assert link is None
    (mail,) = mails(database)
    assert (mail.to_address, mail.person_id) == ("yara@example.org", person_id)
    with database.read() as session:
        invited = session.get_one(Person, person_id)
        assert (invited.email, invited.invited_email, invited.sign_in_name) == (None, "yara@example.org", None)
        assert session.get_one(Person, elsewhere.id).name == "Yara"
        assert session.scalar(select(func.count()).where(SchoolRole.person_id == elsewhere.id)) == 0


def test_an_address_that_somebody_of_this_school_has_is_refused_at_the_field(database: Any) -> None:
    world = make_world(database)
    _invite(database, world, "Daan", "daan@example.org")
    with database.write() as session:
        gone = make_person(session, name="Vertrokken", email="weg@example.org", school=session.merge(world.school))
        session.query(SchoolRole).filter_by(person_id=gone.id).one().until = dt.date(2021, 8, 1)
    for address, name in (("fenna", "Fenna"), ("daan", "Daan"), ("mirjam", "Mirjam")):
        with pytest.raises(Refused) as refused:
            _invite(database, world, "Weer", f" {address.upper()}@example.org")
        assert name in str(refused.value.errors["email"])
    _invite(database, world, "Weer", "weg@example.org")  # who left is invited as anybody else


def test_renewing_stops_the_earlier_link(client: Any, database: Any) -> None:
    world = make_world(database)
    person_id, first = _invite(database, world, "Gijs", None)
    with database.write() as session:
        second = inviting.renew_invitation(open_scope_for(session, world.mirjam), person_id, base_url=BASE)
    assert first is not None
    assert second is not None
    assert client.get(first.removeprefix(BASE)).status_code == 410
    assert client.get(second.removeprefix(BASE)).status_code == 200


def test_mirjam_cannot_get_into_fennas_used_account_by_any_service_of_the_school(database: Any) -> None:
    """Nor into that of a paper person, nor of anyone at another school."""
    world = make_world(database)
    gijs = make_paper_person(database, world)
    with database.write() as session:
        stranger = make_person(session, name="Vreemd", school=make_school(session, name="Elders"), used=False)
        both = make_person(session, name="Twee", school=session.merge(world.school), used=False)
        other = session.scalars(select(School).where(School.name == "Elders")).one()
        session.add(SchoolRole(person_id=both.id, school_id=other.id, role="coach", since=dt.date(2020, 8, 1)))
    tries: list[tuple[Any, type[Exception]]] = []
    for person in (world.fenna, gijs):
        tries += [
            (lambda s, p=person: inviting.renew_invitation(s, p.id, base_url=BASE), NotAllowed),
            (lambda s, p=person: inviting.correct_invited(s, p.id, name="X", email="m@x.org", base_url=""), NotAllowed),
            (lambda s, p=person: inviting.remove_invited(s, p.id), NotAllowed),
        ]
    tries.append((lambda s: recovery.start_school_reset(s, world.fenna.id), Refused))
    tries.append((lambda s: recovery.start_school_reset(s, world.mirjam.id), Refused))
    for person in (stranger, both):
        tries += [
            (lambda s, p=person: inviting.correct_invited(s, p.id, name="X", email="m@x.org", base_url=""), NotVisible),
            (lambda s, p=person: inviting.remove_invited(s, p.id), NotVisible),
        ]
    tries.append((lambda s: recovery.start_school_reset(s, stranger.id), NotVisible))
    for attempt, refusal in tries:
        with database.writing() as session, pytest.raises(refusal):
            attempt(open_scope_for(session, world.mirjam))
    with pytest.raises(Refused):
        _invite(database, world, "Fenna", "fenna@example.org")
    assert all("/invitation/" not in mail.body and "/reset/" not in mail.body for mail in mails(database))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 0
        assert session.get_one(Person, world.fenna.id).email == "fenna@example.org"


def test_correcting_who_has_not_begun_stops_links_to_the_old_address(client: Any, database: Any) -> None:
    world = make_world(database)
    person_id, _link = _invite(database, world, "Daan", "dan@example.org")

    def correct(email: str, name: str = "Daan") -> tuple[bool, str | None]:
        with database.write() as session:
            scope = open_scope_for(session, world.mirjam)
            return inviting.correct_invited(scope, person_id, name=name, email=email, base_url=BASE)

    assert correct("dan@example.org", "Daan Doenalsof") == (False, None)
    assert client.get(link_in(mails(database)[0].body)).status_code == 200
    assert correct("daan@example.org") == (True, None)
    assert client.get(link_in(mails(database)[0].body)).status_code == 410
    second = mails(database)[1]
    assert second.to_address == "daan@example.org"
    sent, link = correct("")
    assert sent
    assert link is not None
    assert client.get(link_in(second.body)).status_code == 410
    assert "daan" in client.get(link.removeprefix(BASE)).text
    with pytest.raises(Refused) as refused:
        correct("fenna@example.org")
    assert list(refused.value.errors) == ["email"]


def test_who_is_removed_before_beginning_is_gone_and_the_link_with_them(client: Any, database: Any) -> None:
    world = make_world(database)
    person_id, _link = _invite(database, world, "Daan", "daan@example.org")
    path = link_in(mails(database)[0].body)
    with database.write() as session:
        assert inviting.remove_invited(open_scope_for(session, world.mirjam), person_id) == "Daan"
    assert client.get(path).status_code == 410
    with database.read() as session:
        assert session.get(Person, person_id) is None
        assert session.scalar(select(func.count()).where(Portfolio.person_id == person_id)) == 0
    _invite(database, world, "Daan", "daan@example.org")


def test_only_an_administrator_of_the_school_invites(database: Any) -> None:
    world = make_world(database)
    with database.writing() as session, pytest.raises(NotVisible):
        scope = open_scope_for(session, world.fenna)
        inviting.invite_person(scope, "X", "x@example.org", base_url=BASE, school_id=world.school.id)


def test_setting_up_makes_the_first_school_once(client: Any, database: Any, app: Any) -> None:
    with database.write() as session:
        path = setting_up.make_setup_link(session, base_url=BASE).removeprefix(BASE)
    form = {"school": "Lyceum", "board": "Stichting", "name": "Mirjam", "email": "mirjam@example.org"}
    wrong = post(client, path, {**_password(), **form, "email": "nix"})
    assert wrong.status_code == 422
    assert 'value="Stichting"' in wrong.text
    assert post(client, path, {**_password(), **form}).status_code == 303
    assert is_signed_in(client)
    with database.read() as session:
        school = session.scalars(select(School)).one()
        role = session.scalars(select(SchoolRole)).one()
        assert (school.name, role.school_id, role.role) == ("Lyceum", school.id, "administrator")
        assert school.board_id is not None
    other = app.test_client()
    assert post(other, path, {**_password(), **form}).status_code == 410
    assert other.get("/setup/nothing").status_code == 410
