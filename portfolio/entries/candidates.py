"""What a teacher may hand over: what plugins offer for it, and any other own entry of a kind that can be shared.

The one place where plugins are asked. They say which entry; its words and its kind are read here, so an offer of what
isn't the viewer's, is in the bin or is never shared falls away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from portfolio.among import any_of, ids
from portfolio.entries.kinds import Kind
from portfolio.entries.models import PERSON, Entry, Portfolio
from portfolio.plugins import Registry
from portfolio.scope import Scope


@dataclass(frozen=True)
class Offered:
    """An own entry that a plugin offers, as a page shows it."""

    id: Any
    plugin: str
    """Of the entry."""
    kind: type[Kind]
    title: str
    happened_on: Any
    why: Any


_OWN = (
    select(Entry.id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on)
    .join(Portfolio, Portfolio.id == Entry.portfolio_id)
    .where(
        any_of(Entry.id, ids("entries")),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
        Portfolio.kind == PERSON,
    )
)


def list_candidates(scope: Scope, registry: Registry) -> list[Offered]:
    """What plugins that are on in the viewer's own portfolio offer to hand over, in their order. One query more."""
    asked = [one for _plugin, found in registry.ask("dossier_candidates", scope) for one in found]
    values = {"entries": [one.entry_id for one in asked], "me": scope.me.id}
    rows = {row.id: row for row in scope.rows(_OWN, values)} if asked else {}
    offered = []
    for one in asked:
        row = rows.pop(one.entry_id, None)  # what two offer is offered once
        kind = registry.kinds.get(row.kind) if row is not None else None
        if row is not None and kind is not None and kind.shareable and scope.gate.is_on(row.plugin):
            offered.append(Offered(row.id, row.plugin, kind, row.title, row.happened_on, one.why))
    return offered
