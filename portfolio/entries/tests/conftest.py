"""What all tests of this room share."""

from __future__ import annotations

import pytest

from portfolio.db import Database
from portfolio.entries.tests.handing_world import Two, make_two
from portfolio.i18n import Catalogue


@pytest.fixture
def two(database: Database) -> Two:
    """A teacher and her leader, with what they have together."""
    return make_two(database)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests read the English messages, whatever the Dutch catalogue says today."""
    monkeypatch.setattr(Catalogue, "find", lambda self, key: None)
