"""Every mapped table of the core, imported in one place for migrations and tests."""

from portfolio.db import Base
from portfolio.entries import models as entries
from portfolio.jobs import models as jobs
from portfolio.notices import models as notices
from portfolio.people import models as people
from portfolio.people import roster_models as rosters

__all__ = ["core_tables", "entries", "jobs", "notices", "people", "rosters"]


def core_tables() -> list[str]:
    """The names of these tables."""
    return [
        str(mapper.local_table)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.partition(".")[0] == "portfolio"
    ]
