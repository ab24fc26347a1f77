"""Ways back in without e-mail: printed codes, and the school's code that waits 72 hours."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio.clock import now
from portfolio.errors import Refused
from portfolio.people import recovery
from portfolio.people.models import Person, RecoveryCode, RecoveryWait
from portfolio.people.tests.accounts_world import NEW, is_signed_in, log_in, make_paper_person, make_world
from portfolio.testing import PASSWORD, open_scope_for, post, sign_in


def _recover(client: Any, code: str, who: str = "gijs", password: str = NEW) -> Any:
    client.set_cookie("language", "en")
    return post(
        client, "/recover", {"sign_in_name": who, "code": code, "password": password, "password_again": password}
    )


def _codes(database: Any, person: Person) -> list[str]:
    with database.write() as session:
        return recovery.make_codes(session, person.id, now())


def _slip(database: Any, world: Any, person: Person) -> str:
    with database.write() as session:
        return recovery.start_school_reset(open_scope_for(session, world.mirjam), person.id)


def _let_72_hours_pass(database: Any) -> None:
    with database.write() as session:
        session.execute(update(RecoveryWait).values(ends_at=now()))


def test_the_first_sign_in_shows_ten_codes_once(client: Any, database: Any) -> None:
    make_paper_person(database, make_world(database))
    first = log_in(client, "gijs")
    codes = re.findall(r"<li><code>([A-Z0-9-]{19})</code>", first.text)
    assert len(set(codes)) == 10
    with database.read() as session:
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not set(kept) & set(codes)
    post(client, "/sign-out")
    assert log_in(client, "gijs").status_code == 303


def test_a_code_gives_a_new_password_once_and_ends_every_sign_in(client: Any, database: Any, app: Any) -> None:
    gijs = make_paper_person(database, make_world(database))
    elsewhere = sign_in(app.test_client(), gijs)
    code = _codes(database, gijs)[3]
    assert _recover(client, code, password="kort").status_code == 422
    assert _recover(client, code.lower().replace("-", " ")).location == "/sign-in"
    assert not is_signed_in(elsewhere)
    again = _recover(client, code)
    assert again.status_code == 422
    assert "or the code was used" in again.text
    assert log_in(client, "gijs", NEW).status_code == 303


def test_an_unknown_name_a_wrong_code_and_an_email_account_get_the_same_words(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    code = _codes(database, gijs)[0]
    with database.write() as session:
        session.execute(update(Person).where(Person.id == world.fenna.id).values(sign_in_name="fenna"))
    fennas = _codes(database, world.fenna)[0]
    for who, tried in (("nobody", code), ("gijs", "AAAA-BBBB-CCCC-DDDD"), ("gijs", "\x00"), ("fenna", fennas)):
        answer = _recover(client, tried, who)
        assert answer.status_code == 422
        assert "do not belong together" in answer.text or "Fill in the code" in answer.text


def test_guessing_codes_is_limited(client: Any, database: Any) -> None:
    gijs = make_paper_person(database, make_world(database))
    code = _codes(database, gijs)[0]
    assert [_recover(client, "AAAA").status_code for _number in range(7)] == [422] * 7
    refused = _recover(client, code)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


def test_new_codes_ask_the_password_and_stop_the_old_ones(client: Any, database: Any) -> None:
    gijs = make_paper_person(database, make_world(database))
    old = _codes(database, gijs)[0]
    sign_in(client, gijs)
    assert post(client, "/account/recovery-codes", {"current_password": "verkeerd"}).status_code == 422
    page = post(client, "/account/recovery-codes", {"current_password": PASSWORD})
    assert page.text.count("<li><code>") == 10
    assert _recover(client, old).status_code == 422


def test_the_schools_code_opens_nothing_for_72_hours_and_every_page_says_so(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    _codes(database, gijs)
    slip = _slip(database, world, gijs)
    with database.read() as session:
        wait = session.scalars(select(RecoveryWait)).one()
        assert wait.ends_at - now() > dt.timedelta(hours=71, minutes=59)
        assert wait.code_hash != slip
    early = _recover(client, slip)
    assert early.status_code == 422
    assert "works from" in early.text
    sign_in(client, gijs)
    for page in ("/", "/account", "/privacy", "/nowhere"):
        assert "/account/recovery/stop" in client.get(page).text, page
    _let_72_hours_pass(database)
    assert _recover(client, slip).location == "/sign-in"
    assert not is_signed_in(client)
    assert _recover(client, slip).status_code == 422
    assert log_in(client, "gijs", NEW).status_code == 303
    assert "/account/recovery/stop" not in client.get("/account").text


def test_the_owner_stops_it_and_the_code_never_opens(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    slip = _slip(database, world, gijs)
    sign_in(client, gijs)
    assert post(client, "/account/recovery/stop").status_code == 303
    page = client.get("/account").text
    assert "/account/recovery/stop" not in page
    assert "You stopped the new way in" in page
    _let_72_hours_pass(database)
    assert _recover(client, slip).status_code == 422
    assert log_in(client, "gijs", NEW).status_code == 422


@pytest.mark.parametrize("days", [14, 15])
def test_the_schools_code_ends_two_weeks_after_it_opened(client: Any, database: Any, days: int) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    slip = _slip(database, world, gijs)
    with database.write() as session:
        session.execute(update(RecoveryWait).values(ends_at=now() - dt.timedelta(days=days)))
    assert _recover(client, slip).status_code == 422


def test_a_second_start_stops_the_first_code(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    first, second = _slip(database, world, gijs), _slip(database, world, gijs)
    _let_72_hours_pass(database)
    assert _recover(client, first).status_code == 422
    assert _recover(client, second).location == "/sign-in"


def test_an_owner_who_changes_the_password_stops_the_schools_code_too(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    slip = _slip(database, world, gijs)
    sign_in(client, gijs)
    form = {"current_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert post(client, "/account/password", form).status_code == 303
    assert "/account/recovery/stop" not in client.get("/account").text
    _let_72_hours_pass(database)
    assert _recover(client, slip, password="nog een ander woord").status_code == 422


def test_the_service_itself_refuses_a_schools_code_that_is_too_early(database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    slip = _slip(database, world, gijs)
    owner = recovery.CodeOwner(gijs.id, gijs.name, "gijs", True)
    with database.writing() as session, pytest.raises(Refused):
        recovery.use_code(session, owner, slip, "a hash", now())
