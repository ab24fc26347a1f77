"""Every mapped table of the core, imported in one place for migrations and tests."""

from portfolio.entries import models as entries
from portfolio.jobs import models as jobs
from portfolio.notices import models as notices
from portfolio.people import models as people
from portfolio.people import roster_models as rosters

__all__ = ["entries", "jobs", "notices", "people", "rosters"]
