"""Which modules bring handlers for jobs, and the tables these refer to: a worker imports them before it works."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from portfolio import i18n

MODULES = (
    "portfolio.models",  # jobs and mail refer to tables of other rooms
    "portfolio.jobs.upkeep",
    "portfolio.notices.sending",
    "portfolio.people.upkeep",
    "portfolio.entries.upkeep",
)
"""Add a room's module here when it registers a job."""


def load_worker() -> None:
    """All a worker's own process needs: the handlers, and the core's Dutch for the mails they write."""
    load_handlers()
    i18n.load_catalogues([Path(__file__).parents[1]])


def load_handlers() -> None:
    """Import every module of the core that registers a handler."""
    for module in MODULES:
        import_module(module)
