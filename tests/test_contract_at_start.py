"""A plugin with a mistake is refused at start, or left out and noted; and what breaks later costs only itself."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint

from portfolio.app import create_app
from portfolio.contributions import Card, NavItem, NoticeKind, Starter
from portfolio.i18n import CatalogueError
from portfolio.plugins import PluginError, load_registry
from portfolio.testing import sign_in
from tests.demo_loading import FOLDER, NAME, demo_app, demo_module, make_teacher
from tests.odd_plugin import kind_called, plugin, teacher_with


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (plugin(crads=lambda scope: []), "crads"),
        (plugin(cards=lambda scope, colour: []), "colour"),
        (plugin(entry_kinds=lambda: [kind_called("goal")]), "both bring a kind 'goal'"),
        (plugin(entry_kinds=lambda: [kind_called("crane"), kind_called("crane")]), "'crane' twice"),
        (plugin(starters=lambda: [Starter("s", "goal", "x"), Starter("s", "goal", "y")]), "'s' twice"),
        (plugin(notices=lambda: [NoticeKind("comment", "Mine", "Mine")]), "has to begin with “odd."),
        (plugin(notices=lambda: [NoticeKind("odd." + "x" * 40, "Mine", "Mine")]), "be short"),
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


@pytest.mark.parametrize(("one", "other"), [("reiger", "reiger_nest"), ("reiger_nest", "reiger")])
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
