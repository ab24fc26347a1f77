"""The contract with plugins: declared once shows everywhere, each hook is asked, and mistakes stop the start."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portfolio import hookspecs
from portfolio.app import create_app
from portfolio.clock import now
from portfolio.db import Database
from portfolio.entries.fields import Line
from portfolio.entries.kinds import field
from portfolio.entries.models import Entry, Revision
from portfolio.people.closing import close_account
from portfolio.plugins import Registry, load_registry
from portfolio.settings import Settings
from portfolio.testing import make_entry, post, sign_in
from portfolio.testing_source import send
from tests.demo_loading import NAME, Teacher, demo_app, demo_module, make_teacher
from tests.odd_plugin import plugin, teacher_with

HOOKS = [
    (spec.__name__, name)
    for spec in hookspecs.SPECS
    for name in vars(spec)
    if not name.startswith("_")
]


@pytest.fixture
def demo(database: Database, settings: Settings) -> Any:
    return demo_app(database, settings)


@pytest.fixture
def teacher(demo: Any) -> Teacher:
    return make_teacher(demo.database)


@pytest.fixture
def browser(demo: Any, teacher: Teacher) -> Any:
    return sign_in(demo.test_client(), teacher.person)


# Declared once


def test_one_line_more_in_a_kind_is_six_things_more_on_the_pages(demo, browser, teacher):
    heron = demo.registry.kinds["heron"]

    class TallHeron(heron):
        neighbours: Line = field("Who stood beside it?", required=False, most=60)  # the one line

    demo.registry.kinds["heron"] = TallHeron
    home = f"/p/{teacher.portfolio}/{NAME}"
    form = browser.get(f"{home}/new/heron").text
    assert 'name="neighbours"' in form and "Who stood beside it?" in form, "the form"

    typed = {"title": "Een reiger", "happened_on": "2026-05-04", "seen": "0", "place": "In de sloot"}
    refused = post(browser, f"{home}/new/heron", {**typed, "neighbours": "eend " * 20})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text and "eend eend eend" in refused.text, "the validation"

    kept = post(browser, f"{home}/new/heron", {**typed, "neighbours": "Twee meerkoeten"})
    assert kept.status_code == 303, kept.text
    address = kept.location
    page = browser.get(address).text
    assert "Who stood beside it?" in page and "Twee meerkoeten" in page, "the page"

    changed = {**typed, "seen": "1", "neighbours": "Drie meerkoeten"}
    assert post(browser, f"{address}edit", changed).status_code == 303
    difference = browser.get(f"{address}texts/1").text
    assert "Who stood beside it?" in difference
    assert re.search("<del.*Twee.*<ins.*Drie", difference), difference

    with demo.database.read() as session:
        first, second = session.scalars(select(Revision).order_by(Revision.number))
        assert first.content == {"place": "In de sloot", "neighbours": "Twee meerkoeten"}, "the serialised form"
        assert TallHeron.validate(first.content) == first.content
        assert "Drie meerkoeten" in TallHeron.search_text(second.title, second.content), "the search text"


def test_without_that_line_there_is_nothing_of_it(demo, browser, teacher):
    page = browser.get(f"/p/{teacher.portfolio}/{NAME}/new/heron")
    assert page.status_code == 200
    assert 'name="place"' in page.text
    assert "neighbours" not in page.text


# Every hook


@pytest.mark.parametrize(("spec", "hook"), HOOKS)
def test_every_hook_says_what_to_return(spec, hook):
    words = inspect.getdoc(getattr(getattr(hookspecs, spec), hook))
    assert words and words[0].isupper() and len(words) > 30


def test_the_demo_plugin_answers_every_hook_there_is():
    for _, hook in HOOKS:
        assert hasattr(getattr(demo_module(), hook), "portfolio_impl"), hook


@pytest.fixture
def asked(demo: Any) -> list[str]:
    """The hooks the demo plugin is asked from here on, in order."""
    found: list[str] = []

    def before(hook: str, impls: Any, arguments: Any) -> None:
        found.extend(hook for impl in impls if impl.plugin_name == NAME)

    demo.registry.manager.add_hookcall_monitoring(before, lambda *_: None)
    return found


def test_at_start_each_hook_is_asked_once(database, monkeypatch):
    found: list[str] = []
    real = Registry.__init__

    def watched(registry: Registry, **options: Any) -> None:
        real(registry, **options)

        def before(hook: str, impls: Any, arguments: Any) -> None:
            found.extend(hook for impl in impls if impl.plugin_name == NAME)

        registry.manager.add_hookcall_monitoring(before, lambda *_: None)

    monkeypatch.setattr(Registry, "__init__", watched)
    load_registry(raising=True, extra=[(NAME, demo_module())])
    assert sorted(found) == sorted(hook for spec, hook in HOOKS if spec == "AtStart")


def test_what_it_brings_at_start_is_there(demo):
    assert demo.registry.owner_of["heron"] == NAME
    assert demo.registry.starters["standing"].plugin == NAME
    assert demo.registry.notice_kinds[f"{NAME}.seen"].plugin == NAME
    assert f"{NAME}.feathers" in demo.view_functions


def test_a_page_asks_for_the_menu_and_the_overview_for_cards_too(browser, teacher, asked):
    page = browser.get("/")
    assert sorted(asked) == ["cards", "nav_items"]
    assert "Reigers" in page.text and "Veren" in page.text
    del asked[:]
    browser.get(f"/p/{teacher.portfolio}/goals/")
    assert asked == ["nav_items"]


def test_what_happens_is_told_once(demo, browser, teacher, asked):
    typed = {"title": "Een doel", "happened_on": "2026-05-04", "seen": "0"}
    assert post(browser, f"/p/{teacher.portfolio}/goals/new/goal", typed).status_code == 303
    assert asked.count("on_event") == 1
    assert notes_of(demo.database, teacher) == ["EntryWritten"]


def test_closing_an_account_asks_to_forget_also_where_the_plugin_is_off(demo, asked):
    stranger = make_teacher(demo.database, on=False)
    with demo.database.write() as session:
        close_account(session, demo.registry, stranger.id, now(), now().date(), comments_too=True)
    assert asked == ["forget"]


def test_what_is_kept_is_asked_wherever_the_plugin_is_off(demo, asked):
    [(name, facts)] = [found for found in demo.registry.ask_each("personal_data") if found[0] == NAME]
    assert (name, str(facts[0].what), asked) == (NAME, "Veren", ["personal_data"])


def test_the_privacy_page_names_what_plugins_keep(demo, asked):
    page = demo.test_client().get("/privacy")
    assert "personal_data" in asked
    assert "Veren" in page.text


def test_each_hook_is_called_at_one_place_only():
    calls: dict[str, list[str]] = {hook: [] for _, hook in HOOKS}
    for path in Path(hookspecs.__file__).parent.rglob("*.py"):
        if "tests" in path.parts or path.name.startswith("testing"):
            continue
        asked = r"(?:ask(?:_about|_each)?|_only|_ask_at_start)\(\s*(?:name, )?\"(\w+)\""
        for hook in re.findall(asked, path.read_text()):
            calls[hook].append(path.name)
    assert {hook: len(places) for hook, places in calls.items()} == {hook: 1 for _, hook in HOOKS}, calls


def notes_of(database: Database, teacher: Teacher) -> list[str]:
    with database.read() as session:
        found = session.execute(text("SELECT person_id, note FROM demo_plugin_feather ORDER BY id"))
        return [note for person, note in found if str(person).replace("-", "") == teacher.id.hex]


# Off: see test_every_plugin.py


def test_where_it_is_on_the_wrong_method_is_said_to_be_wrong(browser, teacher):
    answer = send(browser, "DELETE", f"/p/{teacher.portfolio}/{NAME}/feathers")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


# Mistakes are found at start


# What breaks later costs only itself


def test_with_tests_a_broken_card_is_raised(demo, browser):
    demo.registry.register("odd", plugin(cards=lambda scope: 1 / 0))
    teacher = teacher_with(demo.database, "odd")
    with pytest.raises(ZeroDivisionError):
        sign_in(demo.test_client(), teacher.person).get("/")


def test_entries_outlive_the_plugin_that_brought_them(database, settings, demo, teacher):
    with database.write() as session:
        make_entry(session, teacher.person, plugin=NAME, kind="heron", title="Een reiger")
    without = create_app(settings, database=database)
    client = sign_in(without.test_client(), teacher.person)
    assert "Een reiger" in client.get("/").text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1
