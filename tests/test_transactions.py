"""What holds when things go wrong halfway, and when many are at it at once: on both databases."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
import types
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from portfolio.app import App, create_app
from portfolio.clock import now, today
from portfolio.contributions import Card
from portfolio.db import Database
from portfolio.entries.models import Entry, Reading
from portfolio.hookspecs import hookimpl
from portfolio.people.models import Attempt, PluginFailure, SecurityEvent, SignIn
from portfolio.people.passwords import hash_password
from portfolio.settings import Settings
from portfolio.testing import (
    PASSWORD,
    make_cohort,
    make_entry,
    make_person,
    make_school,
    make_share,
    make_switch,
    portfolio_of,
    post,
    sign_in,
)
from tests.busy import Processes
from tests.demo_loading import FOLDER, NAME, Teacher, demo_app, demo_module, make_teacher

BROKEN = select(PluginFailure.plugin, PluginFailure.day)
GOAL = {"title": "Een doel", "happened_on": "2026-05-04", "seen": "0"}


@pytest.fixture
def demo(database: Database, settings: Settings) -> App:
    """In production an error of a plugin is contained, so no `testing` here."""
    return demo_app(database, settings, testing=False)


@pytest.fixture
def teacher(demo: App) -> Teacher:
    return make_teacher(demo.database)


@pytest.fixture
def browser(demo: App, teacher: Teacher) -> Any:
    return sign_in(demo.test_client(), teacher.person)


def notes(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT note FROM demo_plugin_feather ORDER BY id")))


def count(database: Database, model: Any, *where: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where))


# Reads


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_that_writes_is_an_error_and_nothing_of_it_stays(database, browser, teacher, method):
    answer = browser.open(f"/p/{teacher.portfolio}/{NAME}/feathers?keep=Een+veer", method=method)
    assert answer.status_code == 500
    assert notes(database) == []
    assert browser.get(f"/p/{teacher.portfolio}/{NAME}/feathers").status_code == 200


# Writes


def test_a_write_that_goes_well_stays(database, browser, teacher):
    assert post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers", {"note": "Een veer"}).status_code == 303
    assert notes(database) == ["Een veer"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429, 500, 503])
def test_what_an_error_answers_is_rolled_back(database, browser, teacher, status):
    answer = post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers?status={status}", {"note": "Een veer"})
    assert answer.status_code == status
    assert notes(database) == []


def test_a_view_that_breaks_is_rolled_back_and_holds_nobody_up(database, browser, teacher):
    """The page that says so is rendered by somebody signed in, with a menu that asks the database."""
    answer = post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers?crash=1", {"note": "Een veer"})
    assert answer.status_code == 500
    assert notes(database) == []
    assert database.engine.pool.checkedout() == 0
    with database.read() as session:
        assert session.execute(BROKEN).all() == [(NAME, today())], "for who switched it on"
    started = time.monotonic()
    assert post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers", {"note": "Nog een"}).status_code == 303
    assert time.monotonic() - started < 5, "the lock was held"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/p/{0}/goals/", "/p/{0}/demo_plugin/feathers?status=404"])
def test_no_page_keeps_a_connection(database, browser, teacher, path):
    browser.get(path.format(teacher.portfolio))
    post(browser, path.format(teacher.portfolio))
    assert database.engine.pool.checkedout() == 0


# What outlives the request


def test_attempts_and_the_security_log_outlive_a_refused_sign_in(database, demo):
    with database.write() as session:
        email = make_person(session).email
    before = count(database, Attempt)
    answer = post(demo.test_client(), "/sign-in", {"email": email, "password": "verkeerd wachtwoord"})
    assert answer.status_code == 422
    assert count(database, Attempt) > before
    assert count(database, SecurityEvent, SecurityEvent.what == "wrong-password") == 1


def test_the_reading_log_outlives_the_read(database, demo, teacher):
    with database.write() as session:
        reader = make_person(session, name="Lotte")
        entry = make_entry(session, teacher.person, title="Gedeeld")
        make_share(session, entry, person=reader)
        address = f"/p/{entry.portfolio_id}/goals/{entry.id}/"
    assert sign_in(demo.test_client(), reader).get(address).status_code == 200
    assert count(database, Reading, Reading.reader_id == reader.id) == 1


def test_last_seen_outlives_a_write_that_was_rolled_back(database, browser, teacher):
    hours_ago = now() - dt.timedelta(hours=1)
    with database.write() as session:
        session.execute(update(SignIn).values(last_seen_at=hours_ago))
    post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers?status=409", {"note": "Een veer"})
    assert count(database, SignIn, SignIn.last_seen_at > hours_ago) == 1


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in_and_brings_no_sign_in_page(
    database, demo, browser, teacher, monkeypatch
):
    monkeypatch.setattr(demo.view_functions["entries.index"], "by_itself", True, raising=False)
    hours_ago = now() - dt.timedelta(hours=1)
    with database.write() as session:
        session.execute(update(SignIn).values(last_seen_at=hours_ago))
    page = f"/p/{teacher.portfolio}/goals/"
    assert browser.get(page).status_code == 200
    assert count(database, SignIn, SignIn.last_seen_at > hours_ago) == 0
    stranger = demo.test_client().get(page)
    assert (stranger.status_code, stranger.get_data()) == (401, b"")


# Attempts


def test_eight_wrong_passwords_give_429_also_over_two_applications(database, settings):
    """Two workers know each other only by the database."""
    with database.write() as session:
        person = make_person(session)
        person.password_hash = hash_password(PASSWORD)
        email = person.email
    databases = [Database(database.url), Database(database.url)]
    browsers = [create_app(settings, database=one).test_client() for one in databases]

    def attempt(number: int, password: str, who: str = email) -> int:
        return post(browsers[number % 2], "/sign-in", {"email": who, "password": password}).status_code

    try:
        assert [attempt(number, f"verkeerd-{number}") for number in range(8)] == [422] * 7 + [429]
        assert attempt(0, PASSWORD) == 429, "the right one no longer helps"
        assert attempt(1, "verkeerd", "iemand@example.org") == 422, "another account isn't locked"
    finally:
        for one in databases:
            one.close()


# Plugins that break


def odd_one(**hooks: Any) -> types.ModuleType:
    module = types.ModuleType("portfolio_plugins.odd")
    module.__file__ = str(FOLDER.parent / "odd" / "__init__.py")
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def breaks_in_python(scope: Any, **_: Any) -> Any:
    raise OSError("a broken plugin")


def breaks_in_sql(scope: Any) -> Any:
    scope.session.execute(text("SELECT colour FROM no_such_table"))


def hides_its_error(scope: Any) -> Any:
    try:
        breaks_in_sql(scope)
    except SQLAlchemyError:
        return [Card("Onderdrukt")]


def writes_and_breaks(scope: Any, event: Any) -> None:
    scope.session.execute(text("DELETE FROM demo_plugin_feather"))
    scope.session.execute(text("DELETE FROM entry"))
    breaks_in_sql(scope)


@pytest.fixture
def app_with(database: Database, settings: Settings, demo: App) -> Any:
    """An application with a plugin `odd` that is asked before the demo plugin, and a browser of a teacher with both."""

    def made(**hooks: Any) -> tuple[Any, Teacher]:
        app = create_app(demo.settings, database=database, plugins=[("odd", odd_one(**hooks)), (NAME, demo_module())])
        with database.write() as session:
            person = make_person(session)
            cohort = make_cohort(session, make_school(session), person)
            make_switch(session, cohort, "odd")
            make_switch(session, cohort, NAME)
            found = Teacher(person.id, portfolio_of(session, person).id, person)
        return sign_in(app.test_client(), found.person), found

    return made


@pytest.mark.parametrize("broken", [breaks_in_python, breaks_in_sql])
def test_a_failing_card_leaves_the_next_one_standing(app_with, database, caplog, broken):
    browser, teacher = app_with(cards=lambda scope: broken(scope))
    post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers", {"note": "Een veer"})
    page = browser.get("/")
    assert page.status_code == 200
    assert "Veren" in page.text and "Een veer" in page.text
    assert "plugin odd failed in cards" in caplog.text
    browser.get("/")
    with database.read() as session:
        assert session.execute(BROKEN).all() == [("odd", today())], "once a day, by name"


def test_a_card_that_hides_its_error_leaves_the_next_one_standing(app_with, database, caplog):
    """PostgreSQL refuses the rest of a transaction in which something failed, also when nobody was told."""
    browser, teacher = app_with(cards=hides_its_error)
    post(browser, f"/p/{teacher.portfolio}/{NAME}/feathers", {"note": "Een veer"})
    page = browser.get("/")
    assert page.status_code == 200
    assert "Veren" in page.text and "Een veer" in page.text
    assert ("plugin odd failed in cards" in caplog.text) == (database.dialect == "postgresql")


def test_what_a_failing_card_wrote_is_gone_for_the_next(app_with, database):
    def keeps_and_breaks(scope: Any) -> Any:
        feather = {"id": uuid.uuid4().hex, "me": scope.me.id.hex}
        scope.session.execute(
            text("INSERT INTO demo_plugin_feather (id, person_id, note) VALUES (:id, :me, 'Gesmokkeld')"), feather
        )
        raise OSError

    browser, _ = app_with(cards=keeps_and_breaks)
    page = browser.get("/")
    assert "Veren" in page.text and "Gesmokkeld" not in page.text
    assert notes(database) == []


@pytest.mark.parametrize("broken", [breaks_in_python, writes_and_breaks])
def test_a_reaction_that_fails_undoes_only_itself(app_with, database, caplog, broken):
    browser, teacher = app_with(on_event=lambda scope, event: broken(scope, event=event))
    answer = post(browser, f"/p/{teacher.portfolio}/goals/new/goal", GOAL)
    assert answer.status_code == 303
    assert count(database, Entry) == 1
    assert notes(database) == ["EntryWritten"], "the next one reacted"
    assert "plugin odd failed in on_event" in caplog.text


def test_a_menu_that_breaks_on_the_page_of_a_refused_form_keeps_what_was_typed(app_with, database, caplog):
    browser, teacher = app_with(nav_items=lambda scope: breaks_in_sql(scope))
    answer = post(browser, f"/p/{teacher.portfolio}/goals/new/goal", {**GOAL, "title": "", "why": "Omdat het moet"})
    assert answer.status_code == 422
    assert "Omdat het moet" in answer.text and "Reigers" in answer.text
    assert "plugin odd failed in nav_items" in caplog.text


# Many at once

SECONDS = {"sqlite": 30 if "EVERY_STEP" in os.environ else 10, "postgresql": 5}
"""Only SQLite locks a whole database."""


def test_four_writers_and_four_readers_never_meet_a_locked_database(database, tmp_path, capsys):
    seconds = SECONDS[database.dialect]
    with database.write() as session:
        people = [make_person(session).id for _ in range(4)]
    tasks = [
        ["work", database.url, str(tmp_path), role, str(person), str(seconds)]
        for person in people
        for role in ("write", "read")
    ]
    with Processes(tasks) as processes:
        seen = processes.run(seconds + 60)
    writers = [one for one in seen if one["role"] == "write"]
    readers = [one for one in seen if one["role"] == "read"]
    for name, some in (("write", writers), ("read", readers)):
        done = [sum(one["statuses"].values()) for one in some]
        figures = f"{done}, longest wait {max(one['longest_wait'] for one in some):.2f} s"
        with capsys.disabled():
            longest = max(one["longest_request"] for one in some)
            sys.stdout.write(f"\n{database.dialect}, {name}: {figures}, longest request {longest:.2f} s")
    assert [one["stderr"] for one in seen if "lock" in one["stderr"].lower()] == []
    assert {status for one in writers for status in one["statuses"]} == {"303"}
    assert {status for one in readers for status in one["statuses"]} == {"200"}
    assert count(database, Entry) == sum(one["statuses"]["303"] for one in writers)
    assert max(one["longest_wait"] for one in writers) < 1
