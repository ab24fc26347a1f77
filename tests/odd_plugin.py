"""A plugin that is made on the spot, a kind for it, and somebody for whom it is on."""

from __future__ import annotations

import types
from typing import Any

from portfolio.db import Database
from portfolio.entries.kinds import Kind
from portfolio.hookspecs import hookimpl
from portfolio.testing import make_cohort, make_person, make_school
from tests.demo_loading import FOLDER, NAME, Teacher


def plugin(name: str = "odd", **hooks: Any) -> types.ModuleType:
    """A plugin of a few functions, each marked as a hook."""
    module = types.ModuleType(f"portfolio_plugins.{name}")
    module.__file__ = str(FOLDER.parent / name / "__init__.py")
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def kind_called(kind_name: str) -> type[Kind]:
    return type("Called", (Kind,), {"name": kind_name, "label": "x", "label_plural": "xs", "__module__": __name__})


def teacher_with(database: Database, *plugins: str) -> Teacher:
    """A teacher for whom the demo plugin and others are on."""
    from portfolio.testing import make_switch, portfolio_of

    with database.write() as session:
        person = make_person(session)
        cohort = make_cohort(session, make_school(session), person)
        for name in (NAME, *plugins):
            make_switch(session, cohort, name)
        return Teacher(person.id, portfolio_of(session, person).id, person)
