"""Earlier texts of an entry: for its author alone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portfolio.access import KEEP
from portfolio.entries.models import Revision
from portfolio.entries.reading import get_entry
from portfolio.errors import NotVisible
from portfolio.scope import Scope


@dataclass(frozen=True)
class Earlier:
    """A revision in the list of texts."""

    number: int
    title: str
    created_at: dt.datetime


@dataclass(frozen=True)
class Text:
    """One whole text of an entry."""

    number: int
    title: str
    happened_on: dt.date
    from_on: dt.date | None
    until_on: dt.date | None
    kind_version: int
    content: dict[str, Any]
    created_at: dt.datetime


@dataclass(frozen=True)
class Turn:
    """A change of state, with its reason."""

    before: str
    after: str
    reason: str
    happened_on: dt.date
    at: dt.datetime


def list_texts(scope: Scope, entry_id: uuid.UUID) -> list[Earlier]:
    """Every text of an entry there still is, newest first."""
    get_entry(scope, entry_id, KEEP)
    rows = scope.session.execute(
        select(Revision.number, Revision.title, Revision.created_at)
        .where(Revision.entry_id == entry_id)
        .order_by(Revision.number.desc())
    )
    return [Earlier(*row) for row in rows]


def get_texts(scope: Scope, entry_id: uuid.UUID, *numbers: int) -> list[Text]:
    """Whole texts by number, in the order asked. Raises NotVisible when one isn't there (any more)."""
    get_entry(scope, entry_id, KEEP)
    rows = scope.session.execute(
        select(
            Revision.number,
            Revision.title,
            Revision.happened_on,
            Revision.from_on,
            Revision.until_on,
            Revision.kind_version,
            Revision.content,
            Revision.created_at,
        ).where(Revision.entry_id == entry_id, Revision.number.in_(numbers))
    )
    found = {row[0]: Text(*row) for row in rows}
    if set(numbers) - set(found):
        raise NotVisible(str(entry_id))
    return [found[number] for number in numbers]
