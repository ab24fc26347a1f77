"""What telling an entry of the demo world needs, and the order in which things happen to it within one day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.demo.days import Days
from portfolio.demo.people import People
from portfolio.demo.tables import Tables
from portfolio.files import Accepted

if TYPE_CHECKING:
    from portfolio.plugins import Registry

WROTE, ADDED, STOOD, SHARED, SAVED, SAID, ANSWERED, READ = range(8)
"""What happens to an entry, in the order in which it does within one day."""
FIRST_READ = dt.timedelta(days=2)
"""How long after a share a coach has read the text."""

Moment = dict[tuple[int, ...], dt.datetime]


@dataclass(frozen=True)
class Picture:
    """A picture whose bytes are in the store, under its key."""

    key: uuid.UUID
    filename: str
    accepted: Accepted


@dataclass(frozen=True)
class Telling:
    """What is needed to tell any entry."""

    tables: Tables
    days: Days
    people: People
    registry: Registry
    pictures: Mapping[str, Picture]
    """By the key of their entry."""
    ids: Mapping[str, uuid.UUID]
    """Of every entry, by its key."""
