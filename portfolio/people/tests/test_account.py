"""The account page: name, language, password, address, browsers; each change notes itself in the log."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event, select, update

from portfolio.people.models import OneTimeLink, Person, RecoveryCode
from portfolio.people.tests.accounts_world import (
    NEW,
    is_signed_in,
    link_in,
    log_in,
    mails,
    make_paper_person,
    make_world,
)
from portfolio.testing import PASSWORD, post, sign_in

CHANGE = {"current_password": PASSWORD, "password": NEW, "password_again": NEW}


def test_name_and_language_change(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    assert post(client, "/account", {"name": " Fenna  de Vries\r\n", "language": "nl"}).status_code == 303
    with database.read() as session:
        fenna = session.get_one(Person, world.fenna.id)
        assert (fenna.name, fenna.language) == ("Fenna de Vries", "nl")
    assert '<html lang="nl">' in client.get("/account").text


def test_what_cannot_be_a_name_or_language_gets_a_message_and_stays_on_the_page(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    for form in (
        {"name": "", "language": "nl"},
        {"name": "x" * 81, "language": "nl"},
        {"name": "\x00", "language": "nl"},
        {"name": "Fenna", "language": "xx"},
        {"name": "Fenna"},
    ):
        answer = post(client, "/account", form)
        assert answer.status_code == 422, form
        assert "form-field__error" in answer.text
        assert f'value="{form["name"]}"' in answer.text or form["name"] == "\x00"


def test_the_language_button_is_kept_with_the_account(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    assert post(client, "/language", {"language": "nl", "next": "/account?x=1"}).location == "/account?x=1"
    assert '<html lang="nl">' in client.get("/account").text
    assert post(client, "/language", {"language": "en", "next": "//evil.example"}).location == "/"
    with database.read() as session:
        assert session.get_one(Person, world.fenna.id).language == "en"


def test_changing_the_password_asks_the_old_one_and_ends_other_browsers(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    elsewhere = sign_in(app.test_client(), world.fenna)
    wrong = post(client, "/account/password", {**CHANGE, "current_password": "verkeerd"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    assert post(client, "/account/password", CHANGE).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert log_in(elsewhere, "fenna@example.org", PASSWORD).status_code == 422
    assert log_in(elsewhere, "fenna@example.org", NEW).status_code == 303
    assert [mail.subject for mail in mails(database)] == ["Your password was changed"]
    assert "The password was changed" in client.get("/account").text


def test_guessing_the_password_of_a_browser_left_open_is_limited(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    wrong = {**CHANGE, "current_password": "verkeerd"}
    assert [post(client, "/account/password", wrong).status_code for _number in range(7)] == [422] * 7
    assert post(client, "/account/close", {"current_password": PASSWORD, "word": "erase"}).status_code == 429


def test_another_address_counts_once_confirmed_there_and_the_old_one_is_told(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    form = {"email": "Fenna@Nieuw.example", "current_password": PASSWORD}
    assert post(client, "/account/email", {**form, "current_password": "nee"}).status_code == 422
    assert post(client, "/account/email", form).status_code == 303
    sent = {mail.to_address: mail for mail in mails(database)}
    assert set(sent) == {"fenna@example.org", "fenna@nieuw.example"}
    assert "http" not in sent["fenna@example.org"].body
    path = link_in(sent["fenna@nieuw.example"].body)
    client.get(path)  # a mail program looks
    with database.read() as session:
        assert session.get_one(Person, world.fenna.id).email == "fenna@example.org"
    assert post(client, path).status_code == 303
    with database.read() as session:
        assert session.get_one(Person, world.fenna.id).email == "fenna@nieuw.example"
    assert mails(database)[-1].to_address == "fenna@example.org"
    assert post(client, path).status_code == 410


def test_an_address_of_another_account_gets_the_same_answer_and_changes_nothing(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    pages = []
    for address in ("free@example.org", "mirjam@example.org"):
        answer = post(client, "/account/email", {"email": address, "current_password": PASSWORD})
        pages.append((answer.status_code, answer.location))
        assert f"A link was sent to {address}" in client.get("/account").text
    assert pages[0] == pages[1]
    taken = [mail for mail in mails(database) if mail.to_address == "mirjam@example.org"]
    assert [mail.subject for mail in taken] == ["This e-mail address is already in use"]
    assert "/new-address/" not in taken[0].body


def test_an_address_taken_meanwhile_is_refused_at_the_link(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    post(client, "/account/email", {"email": "free@example.org", "current_password": PASSWORD})
    path = link_in(next(mail for mail in mails(database) if mail.to_address == "free@example.org").body)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == world.mirjam.id).values(email="free@example.org"))
    answer = post(client, path)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    with database.read() as session:
        assert session.scalars(select(OneTimeLink.used_at)).one() is None


def test_with_an_address_the_paper_codes_stop(client: Any, database: Any) -> None:
    gijs = make_paper_person(database, make_world(database))
    log_in(client, "gijs")
    post(client, "/account/email", {"email": "gijs@example.org", "current_password": PASSWORD})
    assert post(client, link_in(mails(database)[0].body)).status_code == 303
    with database.read() as session:
        found = session.get_one(Person, gijs.id)
        assert (found.email, found.sign_in_name) == ("gijs@example.org", None)
        assert session.scalars(select(RecoveryCode)).all() == []


def test_browsers_are_listed_and_each_can_be_ended(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    elsewhere, mirjams = sign_in(app.test_client(), world.fenna), sign_in(app.test_client(), world.mirjam)
    page = client.get("/account").text
    keys = re.findall(r'name="browser" value="([0-9a-f]+)"', page)
    assert len(keys) == 1
    assert page.count("this browser") == 1
    post(mirjams, "/account/browsers/end", {"browser": keys[0]})
    assert is_signed_in(elsewhere)
    for hostile in ("", "%", "%" * 24, "_" * 24, "\x00" * 24):
        assert post(client, "/account/browsers/end", {"browser": hostile}).status_code == 303
    assert is_signed_in(elsewhere)
    post(client, "/account/browsers/end", {"browser": keys[0]})
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_signing_out_everywhere_ends_this_browser_too(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    clients = [sign_in(client, world.fenna), sign_in(app.test_client(), world.fenna)]
    assert post(client, "/account/browsers/end-all").location == "/sign-in"
    assert [is_signed_in(one) for one in clients] == [False, False]


def test_a_write_without_the_proof_against_forgery_changes_nothing(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    for path in ("", "/password", "/email", "/close", "/recovery-codes", "/recovery/stop", "/browsers/end-all"):
        assert client.post(f"/account{path}", data={"name": "Gekaapt", **CHANGE}).status_code == 400
    assert is_signed_in(client)
    with database.read() as session:
        assert session.get_one(Person, world.fenna.id).name == "Fenna Voorbeeld"


def test_account_pages_ask_few_questions_of_the_database(client: Any, database: Any) -> None:
    world = make_world(database)
    for _number in range(5):
        sign_in(client, world.fenna)
    client.get("/account")
    for path in ("/account", "/account/password", "/account/email", "/account/close", "/privacy"):
        asked: list[str] = []

        def count(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(database.engine, "before_cursor_execute", count)
        assert client.get(path).status_code == 200
        event.remove(database.engine, "before_cursor_execute", count)
        asked[:] = [statement for statement in asked if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 8, (path, asked)
