"""Which modules bring handlers for jobs, and the tables these refer to: a worker imports them before it works."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "portfolio.models",  # jobs and mail refer to tables of other rooms
    "portfolio.jobs.upkeep",
    "portfolio.notices.sending",
    "portfolio.people.upkeep",
    "portfolio.entries.upkeep",
)
"""Add a room's module here when it registers a job."""


def load_handlers() -> None:
    """Import every module of the core that registers a handler."""
    for module in MODULES:
        import_module(module)
