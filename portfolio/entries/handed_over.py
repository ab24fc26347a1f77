"""What somebody handed over, wherever and with whatever plugin: who reads it today, to be seen and taken back.

The pages of a plugin go when it is switched off; what was handed over with it is still there, and its author's.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from portfolio.access import parameters
from portfolio.among import any_of, ids
from portfolio.entries.models import PortfolioMember, Snapshot
from portfolio.entries.snapshot_reading import SnapshotText, list_own_snapshots
from portfolio.gate import on_where_it_was_handed_over
from portfolio.people.models import Person
from portfolio.scope import Scope

_TAKES_PART: Any = PortfolioMember.running(bindparam("day"))
_OTHERS = (
    select(Snapshot.id, Person.name, _TAKES_PART, on_where_it_was_handed_over())
    .join(PortfolioMember, PortfolioMember.portfolio_id == Snapshot.portfolio_id)
    .join(Person, Person.id == PortfolioMember.person_id)
    .where(any_of(Snapshot.id, ids("snapshots")), PortfolioMember.person_id != Snapshot.author_id)
    .order_by(Person.name, Person.id)
)


@dataclass
class HandedOver:
    """Something the viewer handed over, or chose to; or settled with somebody."""

    text: SnapshotText
    others: list[str] = field(default_factory=list)
    """Whom it was for."""
    readers: list[str] = field(default_factory=list)
    """Those of them who can read it now."""
    plugin_on: bool = False
    """What it was handed over with is on there; otherwise nobody else reads it, until it is on again."""


def list_handed_over(scope: Scope, page: int = 1) -> tuple[list[HandedOver], bool]:
    """All that the viewer handed over or chose to, and their own words in what was settled, newest first.

    One page, and whether there is another. Three queries.
    """
    texts, more = list_own_snapshots(scope, page)
    return _with_readers(scope, texts), more


def _with_readers(scope: Scope, texts: Sequence[SnapshotText]) -> list[HandedOver]:
    found = {one.id: HandedOver(one) for one in texts}
    rows: Any = scope.rows(_OTHERS, {**parameters(scope), "snapshots": list(found)}) if found else ()
    snapshot_id: uuid.UUID
    for snapshot_id, name, takes_part, plugin_on in rows:
        one = found[snapshot_id]
        one.others.append(name)
        one.plugin_on = bool(plugin_on)
        if takes_part and plugin_on and one.text.is_open(scope.now):
            one.readers.append(name)
    return list(found.values())
