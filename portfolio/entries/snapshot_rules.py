"""Who may read a snapshot: the wall's first door, in two forms that are proved equal.

Its author always. Who else takes part in the joint portfolio it was handed over in: once it is open, before it closes,
and while the plugin that keeps it is on there. The wall doesn't close this door; all else about the entry lies behind
it. What was withdrawn is erased, so there is nothing to ask about it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, Uuid, bindparam, or_, select, union

from portfolio.access import Answer
from portfolio.among import any_of, ids
from portfolio.entries.models import Snapshot
from portfolio.gate import on_where_it_was_handed_over
from portfolio.scope import Scope


@dataclass(frozen=True)
class SnapshotFacts:
    """What the rules look at of one snapshot."""

    portfolio_id: uuid.UUID
    plugin: str
    author_id: uuid.UUID
    opened_at: dt.datetime | None
    closes_at: dt.datetime | None


@dataclass(frozen=True)
class SnapshotRule:
    """One way to a snapshot: the same sentence as a test and as a query of snapshot ids."""

    name: str
    test: Callable[[Scope, SnapshotFacts], bool]
    where: Select[Any]


_ME = bindparam("me", type_=Uuid())
_NOW: BindParameter[dt.datetime] = bindparam("now")


def _author(scope: Scope, facts: SnapshotFacts) -> bool:
    return facts.author_id == scope.me.id


def _handed_over(scope: Scope, facts: SnapshotFacts) -> bool:
    return (
        facts.portfolio_id in scope.relations.joint
        and scope.gate.is_on_at(facts.portfolio_id, facts.plugin)
        and facts.opened_at is not None
        and facts.opened_at <= scope.now
        and (facts.closes_at is None or facts.closes_at > scope.now)
    )


AUTHOR = SnapshotRule("author", _author, select(Snapshot.id).where(Snapshot.author_id == _ME))
HANDED_OVER = SnapshotRule(
    "handed_over",
    _handed_over,
    select(Snapshot.id).where(
        any_of(Snapshot.portfolio_id, ids("joint")),
        on_where_it_was_handed_over(),
        Snapshot.opened_at <= _NOW,  # and so not NULL
        or_(Snapshot.closes_at.is_(None), Snapshot.closes_at > _NOW),
    ),
)
RULES = (AUTHOR, HANDED_OVER)
READABLE = union(*(rule.where for rule in RULES))
"""Snapshot ids, to be used as `Snapshot.id.in_(READABLE)`; run it with `access.parameters(scope)`."""


def may_read(scope: Scope, facts: SnapshotFacts) -> Answer:
    """Whether the viewer may read a snapshot, and the name of the rule that says so."""
    if scope.viewer is None:
        return Answer(False)
    for rule in RULES:
        if rule.test(scope, facts):
            return Answer(True, rule.name)
    return Answer(False)
