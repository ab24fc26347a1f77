"""A worker's own process has what its jobs need: a mail asked for there is in its reader's language too."""

from __future__ import annotations

from importlib import import_module

import pytest

from portfolio import i18n
from portfolio.jobs.embedded import LOADER


def test_a_worker_knows_dutch_without_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_dutch", i18n.Catalogue())
    module, _, function = LOADER.partition(":")
    getattr(import_module(module), function)()
    with i18n.speaking("nl"):
        assert i18n.gettext("Choose a new password") == "Kies een nieuw wachtwoord"
