"""What plugins offer to hand over: asked where they are on, and only an own entry that can be shared is an offer."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio.db import Database
from portfolio.entries.bin import bin_entry
from portfolio.entries.candidates import list_candidates
from portfolio.entries.kinds import Draft
from portfolio.entries.writing import create_entry
from portfolio.sections.goals.kinds import Goal
from portfolio.settings import Settings
from portfolio.testing import make_person, open_scope_for
from tests.demo_loading import NAME, demo_app, demo_module, make_teacher


def test_an_offer_is_of_an_own_entry_that_can_be_shared_where_its_plugin_is_on(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, fenna = demo_app(database, settings), make_teacher(database)
    registry, heron = app.registry, app.registry.kinds["heron"]

    def write(scope: Any, title: str, kind: Any = heron, plugin: str = NAME) -> Any:
        return create_entry(scope, plugin, kind, Draft(title, scope.today, None, None, kind.empty(), 0))

    def offered(person: Any) -> list[str]:
        with database.write() as session:
            found = list_candidates(open_scope_for(session, person), registry)
            return [one.title for one in found]

    with database.write() as session:
        lotte = make_person(session, name="Lotte")
        scope = open_scope_for(session, fenna.person)
        first = write(scope, "Zilver")
        theirs = write(open_scope_for(session, lotte), "Van Lotte", Goal, "goals")
    plugin = demo_module()
    monkeypatch.setattr(plugin.service, "list_herons", lambda scope: [_Line(first), _Line(theirs), _Line(first)])
    assert offered(fenna.person) == ["Zilver"]
    assert offered(lotte) == [], "it isn't on for her, so it isn't asked"
    monkeypatch.setattr(heron, "shareable", False)
    assert offered(fenna.person) == []
    monkeypatch.setattr(heron, "shareable", True)
    with database.write() as session:
        bin_entry(open_scope_for(session, fenna.person), first)
    assert offered(fenna.person) == []


class _Line:
    def __init__(self, id_: Any) -> None:
        self.id = id_
