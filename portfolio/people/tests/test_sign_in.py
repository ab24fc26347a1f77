"""Signing in and out: limits, no difference between wrong and unknown, and a new session each time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from portfolio.clock import now
from portfolio.people.models import Attempt, Person, SecurityEvent, SignIn
from portfolio.people.tests.accounts_world import is_signed_in, log_in, make_world
from portfolio.testing import PASSWORD, post, sign_in


def test_the_right_password_signs_in_and_is_noted(client: Any, database: Any) -> None:
    world = make_world(database)
    answer = log_in(client, " Fenna@Example.org ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    with database.read() as session:
        assert session.scalars(select(SecurityEvent.what)).all() == ["signed-in"]
        assert session.get_one(Person, world.fenna.id).used_at is not None


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client: Any, database: Any) -> None:
    make_world(database)
    bare = re.compile(r'(name="csrf_token"[^>]*value="[^"]*"|value="[^"]*")')
    known, unknown = log_in(client, "fenna@example.org", "verkeerd"), log_in(client, "nobody@example.org", "verkeerd")
    assert known.status_code == unknown.status_code == 422
    assert bare.sub("", known.text) == bare.sub("", unknown.text)
    assert "do not belong together" in known.text
    with database.read() as session:
        assert session.scalars(select(SecurityEvent.what)).all() == ["wrong-password"]


@pytest.mark.parametrize("who", ["fenna@example.org", "nobody@example.org"])
def test_the_eighth_try_is_refused_even_with_the_right_password(client: Any, database: Any, who: str) -> None:
    make_world(database)
    for _number in range(7):
        assert log_in(client, who, "verkeerd").status_code == 422
    refused = log_in(client, who, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 901
    assert not is_signed_in(client)
    with database.write() as session:  # a quarter of an hour later
        session.execute(update(Attempt).values(at=now() - dt.timedelta(minutes=16)))
    assert log_in(client, who, PASSWORD).status_code == (303 if who.startswith("fenna") else 422)


def test_a_success_forgets_the_tries_before_it_and_counts_as_none_itself(client: Any, database: Any) -> None:
    make_world(database)
    for _number in range(6):
        log_in(client, "fenna@example.org", "verkeerd")
    assert log_in(client, "fenna@example.org").status_code == 303
    post(client, "/sign-out")
    for _number in range(7):
        assert log_in(client, "fenna@example.org", "verkeerd").status_code == 422
    with database.write() as session:
        session.execute(delete(Attempt))
    post(client, "/sign-out")
    assert log_in(client, "fenna@example.org").status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_signing_in_gives_a_new_session_and_the_old_one_opens_nothing(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        cookie["planted"] = "yes"
    log_in(client, "fenna@example.org")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        first = cookie["_user_id"]
    log_in(client, "fenna@example.org")
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] not in ("planted", first)
    with database.read() as session:
        assert session.scalar(select(func.count()).where(SignIn.person_id == world.fenna.id)) == 1


@pytest.mark.parametrize("ended", ["idle", "absolute"])
def test_a_sign_in_ends_when_idle_and_absolutely(client: Any, database: Any, ended: str) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    assert is_signed_in(client)
    with database.write() as session:
        past = now() - dt.timedelta(minutes=121)
        session.execute(update(SignIn).values(**{"last_seen_at" if ended == "idle" else "ends_at": past}))
    assert client.get("/account").location == "/sign-in?next=/account"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\r\n/evil.example",
        "javascript:alert(1)", "/%09/evil.example", "/nowhere", "/sign-out", "\x00",
    ],
)  # fmt: skip
def test_after_signing_in_one_only_goes_to_a_page_of_ours(client: Any, database: Any, target: str) -> None:
    make_world(database)
    assert log_in(client, "fenna@example.org", next=target).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"


def test_after_signing_in_one_comes_back_where_one_was(client: Any, database: Any) -> None:
    make_world(database)
    page = client.get(client.get("/account?x=1").location)
    assert 'value="/account?x=1"' in page.text
    assert log_in(client, "fenna@example.org", next="/account?x=1").location == "/account?x=1"


@pytest.mark.parametrize("who", ["", "x" * 300, "\x00", "fenna@example.org\x00\r\n", "\u202e"])
@pytest.mark.parametrize("password", ["", "y" * 1001, "\x00"])
def test_hostile_values_get_a_message(client: Any, database: Any, who: str, password: str) -> None:
    make_world(database)
    answer = log_in(client, who, password)
    assert answer.status_code == 422
    assert 'class="form-field__error"' in answer.text


def test_the_cookie_is_host_bound_and_secure_under_https(database: Any, settings: Any) -> None:
    from portfolio.app import create_app

    make_world(database)
    app = create_app(replace(settings, base_url="https://portfolio.example.org"), database=database)
    client = app.test_client()
    kw = {"base_url": "https://localhost"}
    page = client.get("/sign-in", **kw)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    form = {"csrf_token": token[1], "email": "fenna@example.org", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, **kw)
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-portfolio="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in answer.headers


def test_an_ended_session_gives_back_what_was_typed(client: Any, database: Any) -> None:
    make_world(database)
    typed = "Vandaag zag ik iets <b>moois</b> in 3b"
    answer = post(client, "/account", {"name": typed, "current_password": "x" * 30})
    assert answer.status_code == 401
    assert "Vandaag zag ik iets &lt;b&gt;moois&lt;/b&gt; in 3b</textarea>" in answer.text
    assert "x" * 30 not in answer.text
    assert 'href="/sign-in?next=/account"' in answer.text


def test_a_form_with_an_expired_proof_gives_back_what_was_typed(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    answer = client.post("/account", data={"name": "Een hele lange zin die niet weg mag"})
    assert answer.status_code == 400
    assert "Een hele lange zin die niet weg mag</textarea>" in answer.text
    assert 'href="/account"' in answer.text
