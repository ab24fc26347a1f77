"""What all tests of this room share."""

from __future__ import annotations

import pytest

from portfolio.db import Database
from portfolio.entries.tests.entries_world import World, make_world
from portfolio.i18n import Catalogue


@pytest.fixture
def world(database: Database) -> World:
    """Fenna, who writes, with coach, circle, leader and strangers."""
    return make_world(database)


@pytest.fixture
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the English messages, whatever the Dutch catalogue says today."""
    monkeypatch.setattr(Catalogue, "find", lambda self, key: None)
