"""A table for the effects of jobs, and a registry of kinds that each test may fill."""

from __future__ import annotations

import pytest

from portfolio.db import Database
from portfolio.jobs import service
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.tests.effects import effects

load_handlers()  # now, not under a test's own registry: a module registers its kinds only once


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_kinds", {})
    monkeypatch.setattr(service, "_periods", {})


@pytest.fixture
def effect_table(database: Database) -> None:
    with database.write() as session:
        effects.create(session.connection())
