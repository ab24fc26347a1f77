"""Which modules bring handlers for jobs, and the tables these refer to: a worker imports them before it works."""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from pathlib import Path

from portfolio import i18n
from portfolio.plugins import Registry, load_registry

MODULES = (
    "portfolio.models",  # jobs and mail refer to tables of other rooms
    "portfolio.jobs.upkeep",
    "portfolio.notices.sending",
    "portfolio.notices.mailing",
    "portfolio.people.upkeep",
    "portfolio.entries.upkeep",
)
"""Add a room's module here when it registers a job."""


log = logging.getLogger(__name__)


def load_worker() -> None:
    """All a worker's own process needs: the handlers, also those of plugins, and the Dutch for the mails they write.

    A plugin's handlers lie in its `upkeep.py`. One that can't be loaded is logged: the others' work goes on.
    """
    load_handlers()
    plugins = known_plugins().plugins.values()
    for plugin in plugins:
        if not plugin.section and (plugin.folder / "upkeep.py").is_file():
            try:
                import_module(f"{plugin.module.__name__}.upkeep")
            except Exception as error:
                log.error("plugin %s: its upkeep could not be loaded: %s", plugin.name, type(error).__name__)
    i18n.load_catalogues([Path(__file__).parents[1], *(plugin.folder for plugin in plugins)])


@cache
def known_plugins() -> Registry:
    """The sections and plugins there are, for a job that opens somebody's scope; registered once in a process."""
    return load_registry(raising=False)


def load_handlers() -> None:
    """Import every module of the core that registers a handler."""
    for module in MODULES:
        import_module(module)
