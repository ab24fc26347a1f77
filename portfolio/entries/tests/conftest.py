"""What all tests of this room share."""

from __future__ import annotations

import pytest

from portfolio.i18n import Catalogue


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests read the English messages, whatever the Dutch catalogue says today."""
    monkeypatch.setattr(Catalogue, "find", lambda self, key: None)
