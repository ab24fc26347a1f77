"""Sections and plugins are found, asked one by one, and gated. What the contract promises: tests/test_contract.py."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portfolio.contributions import Starter
from portfolio.gate import Gate
from portfolio.hookspecs import hookimpl
from portfolio.plugins import Registry, found_plugins, load_registry
from portfolio.scope import Relations, Scope


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of plugins of the operator's own."""
    monkeypatch.setenv("PORTFOLIO_PLUGIN_PATH", str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("portfolio_plugins.los_")]:
        del sys.modules[name]


def place(on: set[str]) -> Scope:
    session = Session(create_engine("sqlite://"))
    always, switched = frozenset({"goals"}), frozenset(on)
    gate = Gate(always=always, installed=always | switched, switched=switched, wrote_in=frozenset())
    return Scope(session=session, viewer=None, relations=Relations(), gate=gate)


def plugin(name: str, answer: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__file__ = f"/nowhere/{name}/__init__.py"
    module.cards = hookimpl(lambda scope: [answer])
    module.starters = hookimpl(lambda: [Starter(f"{name}-way", "goal", answer)])
    return module


def test_the_three_sections_are_always_there():
    registry = load_registry(raising=True)
    assert registry.sections == {"goals", "evidence", "reflections"}
    assert [kind.name for kind in registry.kinds_of("goals")] == ["goal"]
    assert registry.owner_of["reflection"] == "reflections"


def test_a_folder_is_found_and_imported_by_one_name(folder):
    for name in ("los_een", "_los_hidden", ".los_dot", "los_without"):
        (folder / name).mkdir()
        if name != "los_without":
            (folder / name / "__init__.py").write_text('"""A plugin."""\n')
    assert [name for name in found_plugins() if "los" in name] == ["los_een"]
    registry = load_registry(raising=True)
    assert registry.plugins["los_een"].module.__name__ == "portfolio_plugins.los_een"
    assert registry.plugins["los_een"].folder == folder / "los_een"
    assert not registry.plugins["los_een"].section


def test_only_who_is_on_is_asked_each_by_name_and_in_order():
    registry = Registry(raising=True)
    for name in ("zebra", "aap", "mus"):
        registry.register(name, plugin(name, f"card of {name}"))
    asked = list(registry.ask("cards", place({"zebra", "mus"})))
    assert asked == [("zebra", ("card of zebra",)), ("mus", ("card of mus",))]
    assert list(registry.ask("cards", place(set()))) == []


def test_a_way_to_begin_is_known_always_and_offered_where_its_plugin_is_on():
    registry = Registry(raising=True)
    registry.register("aap", plugin("aap", "Begin zo"))
    assert registry.starters["aap-way"].plugin == "aap"
    assert [one.code for one in registry.starters_for(place({"aap"}), "goal")] == ["aap-way"]
    assert registry.starters_for(place({"aap"}), "evidence") == []
    assert registry.starters_for(place(set()), "goal") == []
