"""How the tests get at the plugin in demo_plugin/: under the name a folder plugin has, and only where they ask."""

from __future__ import annotations

import importlib.util
import sys
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from portfolio import migrate
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.people.models import Person
from portfolio.plugins import NAMESPACE, namespace
from portfolio.settings import Settings
from portfolio.testing import make_cohort, make_person, make_school, make_switch, portfolio_of

NAME = "demo_plugin"
FOLDER = Path(__file__).parent / NAME


def demo_module() -> ModuleType:
    """The plugin, imported as `portfolio_plugins.demo_plugin`, once."""
    namespace()
    full_name = f"{NAMESPACE}.{NAME}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            full_name, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module
        spec.loader.exec_module(module)
    return sys.modules[full_name]


def demo_app(database: Database, settings: Settings, **changed: Any) -> App:
    """An application with the demo plugin, its table made; `changed` settings, if any."""
    module = demo_module()
    migrate.upgrade(database, migrate.lines([(NAME, FOLDER)]))
    return create_app(replace(settings, **changed), database=database, plugins=[(NAME, module)])


@dataclass(frozen=True)
class Teacher:
    """A teacher in whose cohort the demo plugin is on."""

    id: uuid.UUID
    portfolio: uuid.UUID
    person: Person


def make_teacher(database: Database, *, on: bool = True, name: str = "Fenna Voorbeeld") -> Teacher:
    """A teacher with a portfolio; `on`: the demo plugin is switched on for her cohort."""
    with database.write() as session:
        person = make_person(session, name=name)
        if on:
            make_switch(session, make_cohort(session, make_school(session), person), NAME)
        return Teacher(person.id, portfolio_of(session, person).id, person)
