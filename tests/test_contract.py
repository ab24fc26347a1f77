"""The contract with plugins: declared once shows everywhere, each hook is asked, and mistakes stop the start."""

from __future__ import annotations

import inspect
import logging
import re
import shutil
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from sqlalchemy import func, select, text

from portfolio import hookspecs
from portfolio.app import create_app
from portfolio.clock import now
from portfolio.contributions import Card, NavItem, Starter
from portfolio.db import Database
from portfolio.entries.fields import Line
from portfolio.entries.kinds import Kind, field
from portfolio.entries.models import Entry, Revision
from portfolio.hookspecs import hookimpl
from portfolio.i18n import CatalogueError
from portfolio.people.closing import close_account
from portfolio.plugins import PluginError, Registry, load_registry
from portfolio.settings import Settings
from portfolio.testing import make_cohort, make_entry, make_person, make_school, post, sign_in
from tests.demo_loading import FOLDER, NAME, Teacher, demo_app, demo_module, make_teacher

HOOKS = [
    (spec.__name__, name)
    for spec in (hookspecs.AtStart, hookspecs.InPlace, hookspecs.ForPerson)
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


def plugin(name: str = "odd", **hooks: Any) -> types.ModuleType:
    """A plugin of a few functions, each marked as a hook."""
    module = types.ModuleType(f"portfolio_plugins.{name}")
    module.__file__ = str(FOLDER.parent / name / "__init__.py")
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def kind_called(kind_name: str) -> type[Kind]:
    return type("Called", (Kind,), {"name": kind_name, "label": "x", "label_plural": "xs", "__module__": __name__})


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
        if "tests" in path.parts or path.name == "testing.py":
            continue
        for hook in re.findall(r"(?:ask|ask_each|_only|_ask_at_start)\(\s*(?:name, )?\"(\w+)\"", path.read_text()):
            calls[hook].append(path.name)
    assert {hook: len(places) for hook, places in calls.items()} == {hook: 1 for _, hook in HOOKS}, calls


def notes_of(database: Database, teacher: Teacher) -> list[str]:
    with database.read() as session:
        found = session.execute(text("SELECT person_id, note FROM demo_plugin_feather ORDER BY id"))
        return [note for person, note in found if str(person).replace("-", "") == teacher.id.hex]


# Off


def test_off_is_404_on_every_route_and_method(demo, browser, teacher):
    off = make_teacher(demo.database, on=False)
    away = sign_in(demo.test_client(), off.person)
    with demo.database.write() as session:
        entry = make_entry(session, off.person, plugin=NAME, kind="heron").id
    values = {"portfolio": off.portfolio, "section": NAME, "kind": "heron", "entry": entry}
    statuses = {}
    with demo.test_request_context():
        rules = [rule for rule in demo.url_map.iter_rules() if rule.endpoint.split(".")[0] == NAME]
        own = [(demo.url_for(rule.endpoint, portfolio=off.portfolio), rule) for rule in rules]
        for rule in demo.url_map.iter_rules():
            if rule.arguments <= {"portfolio", "section", "kind"} and "section" in rule.arguments:
                own.append((demo.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}), rule))
    assert len(rules) >= 3 and len(own) > len(rules)
    for address, rule in own:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            if method in ("GET", "HEAD", "OPTIONS"):
                answer = away.open(address, method=method)
            else:
                answer = send(away, method, address)
            statuses[f"{method} {rule.rule}"] = answer.status_code
            assert "reiger" not in answer.text.lower()
            assert "Allow" not in answer.headers
    assert {call: status for call, status in statuses.items() if status != 404} == {}
    assert "Reigers" not in away.get("/").text
    assert browser.get(f"/p/{teacher.portfolio}/{NAME}/nest").status_code == 200, "where it's on, it is there"


def send(client: Any, method: str, address: str) -> Any:
    """As `post`, by another method."""
    answers = []
    post(types.SimpleNamespace(
        get=client.get, session_transaction=client.session_transaction, application=client.application,
        post=lambda url, data: answers.append(client.open(url, method=method, data=data)),
    ), address)  # fmt: skip
    return answers[0]


def test_where_it_is_on_the_wrong_method_is_said_to_be_wrong(browser, teacher):
    answer = send(browser, "DELETE", f"/p/{teacher.portfolio}/{NAME}/feathers")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


# Mistakes are found at start


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (plugin(crads=lambda scope: []), "crads"),
        (plugin(cards=lambda scope, colour: []), "colour"),
        (plugin(entry_kinds=lambda: [kind_called("goal")]), "both bring a kind 'goal'"),
        (plugin(entry_kinds=lambda: [kind_called("crane"), kind_called("crane")]), "'crane' twice"),
        (plugin(starters=lambda: [Starter("s", "goal", "x"), Starter("s", "goal", "y")]), "'s' twice"),
        (plugin(blueprint=lambda: Blueprint("other", __name__)), "is called 'other'"),
    ],
)
def test_a_plugin_with_a_mistake_is_refused_and_leaves_nothing_behind(module, words):
    registry = load_registry(raising=True)
    before = dict(registry.kinds), dict(registry.starters), dict(registry.plugins)
    with pytest.raises(PluginError, match=words):
        registry.register("odd", module)
    assert before == (registry.kinds, registry.starters, registry.plugins)
    assert not registry.manager.is_registered(module)


def test_a_hook_without_its_mark_is_refused():
    module = plugin()
    exec("def cards(scope): return []", vars(module))
    with pytest.raises(PluginError, match="@hookimpl"):
        load_registry(raising=True).register("odd", module)


@pytest.mark.parametrize("name", ["Odd", "odd-one", "1odd", ""])
def test_a_name_that_can_be_no_table_prefix_is_refused(name):
    with pytest.raises(PluginError, match="no plugin name"):
        load_registry(raising=True).register(name, plugin())


def test_two_plugins_with_one_name_are_refused():
    with pytest.raises(PluginError, match="two plugins are called 'odd'"):
        load_registry(raising=True, extra=[("odd", plugin()), ("odd", plugin())])


@pytest.mark.parametrize(("one", "other"), [("visie", "visie_missie"), ("visie_missie", "visie")])
def test_two_plugins_whose_tables_could_be_mistaken_are_refused(one, other):
    with pytest.raises(PluginError, match="collide"):
        load_registry(raising=True, extra=[(one, plugin(one)), (other, plugin(other))])


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Two folders for plugins."""
    found = [tmp_path / "one", tmp_path / "two"]
    for folder in found:
        folder.mkdir()
    monkeypatch.setenv("PORTFOLIO_PLUGIN_PATH", ":".join(map(str, found)))
    yield found
    for name in [name for name in sys.modules if name.startswith("portfolio_plugins.heel_")]:
        del sys.modules[name]


def write_plugin(folder: Path, name: str, source: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(source)


def test_two_folders_with_one_name_are_refused(folders, caplog):
    for folder in folders:
        write_plugin(folder, "heel_gewoon", "")
    with pytest.raises(PluginError, match=r"two plugins are called 'heel_gewoon'.*one.*two"):
        load_registry(raising=True)
    registry = load_registry(raising=False)
    assert registry.plugins["heel_gewoon"].folder.parent == folders[0]
    assert "two plugins are called" in registry.broken["heel_gewoon"]


@pytest.mark.parametrize(
    "source",
    [
        "raise OSError('no such heron')",
        "from portfolio.hookspecs import hookimpl\n@hookimpl\ndef entry_kinds(): raise OSError('no such heron')",
        "from portfolio.hookspecs import hookimpl\n@hookimpl\ndef blueprint(): raise OSError('no such heron')",
        "from portfolio.hookspecs import hookimpl\n@hookimpl\ndef crads(): return 'no such heron'",
    ],
)
def test_a_plugin_that_breaks_at_start_is_left_out_and_noted(source, folders, settings, database, caplog):
    write_plugin(folders[0], "heel_stuk", source)
    write_plugin(folders[1], "heel_goed", "")
    with pytest.raises((OSError, PluginError)):
        load_registry(raising=True)
    app = demo_app(database, settings, testing=False)
    assert "heel_stuk" not in app.registry.plugins and "heel_goed" in app.registry.plugins
    assert list(app.registry.broken) == ["heel_stuk"]
    assert "heel_stuk" in caplog.text
    teacher = make_teacher(database)
    page = sign_in(app.test_client(), teacher.person).get("/")
    assert page.status_code == 200 and "Veren" in page.text


def test_a_view_that_does_not_say_what_it_needs_stops_the_start(database, settings):
    pages = Blueprint("odd", __name__)
    pages.get("/x")(lambda portfolio: "x")
    with pytest.raises(ValueError, match=r"don't say what they need: odd\."):
        create_app(settings, database=database, plugins=[("odd", plugin(blueprint=lambda: pages))])


def test_two_catalogues_that_disagree_stop_the_start(database, settings, tmp_path):
    other = tmp_path / "odd" / "translations"
    other.mkdir(parents=True)
    shutil.copy(FOLDER / "translations" / "nl.po", other)
    disagrees = (other / "nl.po").read_text().replace("Reigers", "Lepelaars")
    module = plugin()
    module.__file__ = str(tmp_path / "odd" / "__init__.py")
    plugins = [(NAME, demo_module()), ("odd", module)]
    create_app(settings, database=database, plugins=plugins)  # the same words are fine
    (other / "nl.po").write_text(disagrees)
    with pytest.raises(CatalogueError, match=r"Herons.*Reigers.*Lepelaars"):
        create_app(settings, database=database, plugins=plugins)


# What breaks later costs only itself


def test_a_menu_line_that_leads_nowhere_costs_only_itself(database, settings, caplog):
    caplog.set_level(logging.ERROR)
    app = demo_app(database, settings, testing=False)
    app.registry.register("odd", plugin(nav_items=lambda scope: [NavItem("Nergens", "odd.nowhere")]))
    teacher = teacher_with(app.database, "odd")
    page = sign_in(app.test_client(), teacher.person).get("/")
    assert page.status_code == 200
    assert "Reigers" in page.text and "Nergens" not in page.text
    assert "odd" in caplog.text


def test_an_answer_that_breaks_while_it_is_given_costs_only_itself(database, settings, caplog):
    def half(scope: Any) -> Any:
        yield Card("Half")
        raise OSError("and then it broke")

    app = demo_app(database, settings, testing=False)
    app.registry.register("odd", plugin(cards=half))
    teacher = teacher_with(app.database, "odd")
    page = sign_in(app.test_client(), teacher.person).get("/")
    assert page.status_code == 200 and "Veren" in page.text and "Half" not in page.text
    assert "plugin odd failed in cards: OSError" in caplog.text


def test_with_tests_a_broken_card_is_raised(demo, browser):
    demo.registry.register("odd", plugin(cards=lambda scope: 1 / 0))
    teacher = teacher_with(demo.database, "odd")
    with pytest.raises(ZeroDivisionError):
        sign_in(demo.test_client(), teacher.person).get("/")


def teacher_with(database: Database, *plugins: str) -> Teacher:
    """A teacher for whom the demo plugin and others are on."""
    from portfolio.testing import make_switch, portfolio_of

    with database.write() as session:
        person = make_person(session)
        cohort = make_cohort(session, make_school(session), person)
        for name in (NAME, *plugins):
            make_switch(session, cohort, name)
        return Teacher(person.id, portfolio_of(session, person).id, person)


def test_entries_outlive_the_plugin_that_brought_them(database, settings, demo, teacher):
    with database.write() as session:
        make_entry(session, teacher.person, plugin=NAME, kind="heron", title="Een reiger")
    without = create_app(settings, database=database)
    client = sign_in(without.test_client(), teacher.person)
    assert "Een reiger" in client.get("/").text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1
