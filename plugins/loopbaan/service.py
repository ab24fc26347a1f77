"""What the pages need of what somebody wrote here. Everything is the viewer's own, read as the trunk keeps it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from portfolio_plugins.loopbaan.catalogue import NAME
from portfolio_plugins.loopbaan.halves import EnergyNote, PrivateAmbition, SpokenAmbition, TimeDivision
from portfolio_plugins.loopbaan.kinds import CareerMove, LeadershipMoment, Orientation, RoleHeld, WordsReceived

from portfolio.contributions import Candidate
from portfolio.entries.entry_texts import EntryText, OwnLink, list_own_links, list_own_texts
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.reading import EntryLine, list_own
from portfolio.entries.writing import create_entry, edit_text
from portfolio.errors import NotVisible
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

DRAWN = (RoleHeld, CareerMove, Orientation, SpokenAmbition, LeadershipMoment, WordsReceived)
PAIRS: dict[str, tuple[type[Kind], type[Kind], str]] = {
    "ambition": (SpokenAmbition, PrivateAmbition, "beneath"),
    "time": (TimeDivision, EnergyNote, "about_time"),
}
"""What can be shared, what lies beside it and can't, and the link from the second to the first."""


@dataclass(frozen=True)
class Path:
    """Somebody's years: what stands in the picture, and what is linked to it."""

    roles: Sequence[EntryText]
    """Oldest beginning first."""
    moves: Sequence[EntryText]
    others: Sequence[EntryText]
    """Looking around, ambitions, moments, words received."""
    links: Sequence[OwnLink]

    @property
    def is_empty(self) -> bool:
        return not (self.roles or self.moves or self.others)


@dataclass(frozen=True)
class Pair:
    """Something that can be shared and what lies beside it and can't; either may be missing."""

    outer: EntryText | None
    inner: EntryText | None

    @property
    def day(self) -> dt.date:
        return max(one.happened_on for one in (self.outer, self.inner) if one)


def begins(role: EntryText) -> dt.date:
    """The day a role begins: as its writer says, or the day it was written down."""
    if role.from_on:
        return role.from_on
    return min(role.happened_on, role.until_on) if role.until_on else role.happened_on


def runs(role: EntryText, day: dt.date) -> bool:
    """Whether a role (or a week) has begun by `day` and isn't over."""
    return begins(role) <= day and (role.until_on is None or role.until_on >= day)


def read_path(scope: Scope) -> Path:
    """All that stands in the picture of the viewer's years. Two queries."""
    texts = list_own_texts(scope, DRAWN)[::-1]
    links = list_own_links(scope, (RoleHeld, CareerMove, Orientation, LeadershipMoment, WordsReceived)) if texts else []
    return Path(
        roles=sorted((one for one in texts if one.kind == RoleHeld.name), key=lambda one: (begins(one), one.id)),
        moves=[one for one in texts if one.kind == CareerMove.name],
        others=[one for one in texts if one.kind not in (RoleHeld.name, CareerMove.name)],
        links=links,
    )


def list_placed(scope: Scope) -> list[EntryText]:
    """The moments and roles that were given a place in the 2×2, newest first. One query."""
    return [one for one in list_own_texts(scope, (RoleHeld, LeadershipMoment)) if one.content["place"]]


def list_pairs(scope: Scope, name: str) -> list[Pair]:
    """What was written of a pair (`ambition` or `time`), newest first. Two queries."""
    outer, inner, link = PAIRS[name]
    texts = list_own_texts(scope, (outer, inner))
    beside = {one.from_id: one.id for one in list_own_links(scope, (inner,)) if one.type == link} if texts else {}
    by_outer = {beside[one.id]: one for one in texts if one.id in beside}
    pairs = [Pair(one, by_outer.get(one.id)) for one in texts if one.kind == outer.name]
    pairs += [Pair(None, one) for one in texts if one.kind == inner.name and one.id not in beside]
    return sorted(pairs, key=lambda pair: pair.day, reverse=True)


def find_pair(scope: Scope, name: str, entry_id: uuid.UUID) -> Pair:
    """The pair one half of which has this id. Raises NotVisible when there is none. Two queries."""
    for pair in list_pairs(scope, name):
        if entry_id in {one.id for one in (pair.outer, pair.inner) if one}:
            return pair
    raise NotVisible(str(entry_id))


def keep_pair(
    scope: Scope, name: str, pair: Pair, outer: Draft | None, inner: Draft | None, form_id: uuid.UUID | None
) -> uuid.UUID:
    """Keep both halves as they were filled in, each an entry of its own; None leaves a half as it is.

    Returns the id of one of them. Raises Refused and Conflict as the trunk does.
    """
    outer_kind, inner_kind, link = PAIRS[name]
    known = bool(pair.outer or pair.inner)  # then who reads the pair has looked whether the other half is there
    outer_id = _keep(scope, outer_kind, pair.outer, outer, None, form_id, looked=known)
    links = {link: [outer_id]} if outer_id and not (pair.outer and pair.inner) else None
    inner_id = _keep(scope, inner_kind, pair.inner, inner, links, form_id, looked=known)
    found = outer_id or inner_id
    if found is None:
        raise NotVisible(name)
    return found


def _keep(
    scope: Scope,
    kind: type[Kind],
    known: EntryText | None,
    draft: Draft | None,
    links: Any,
    form_id: uuid.UUID | None,
    *,
    looked: bool,
) -> uuid.UUID | None:
    if known is None and draft is not None:
        return create_entry(scope, NAME, kind, draft, links=links, form_id=form_id, looked=looked)
    if known is None:
        return None
    if draft is not None and (links or not _is_same(kind, known, draft)):
        edit_text(scope, known, kind, draft, links=links)
    return known.id


def _is_same(kind: type[Kind], known: EntryText, draft: Draft) -> bool:
    """Whether the form came back as it was shown: then there is nothing to write, and no conflict."""
    shown = Draft(known.title, known.happened_on, known.from_on, known.until_on, known.content, known.number)
    return draft == replace(shown, content=kind.validate(shown.content))


def list_candidates(scope: Scope) -> list[Candidate]:
    """For a conversation: the roles that run today, and the ambition said last. One query."""
    texts = list_own_texts(scope, (RoleHeld, SpokenAmbition))
    roles = [one for one in texts if one.kind == RoleHeld.name and runs(one, scope.today)]
    spoken = [one for one in texts if one.kind == SpokenAmbition.name][:1]
    return [
        *(Candidate(one.id, _l("A role you have now")) for one in sorted(roles, key=begins)),
        *(Candidate(one.id, _l("Your ambition, as you say it")) for one in spoken),
    ]


def what_to_ask(scope: Scope) -> EntryLine | None:
    """The role that was written down or changed longest ago, more than a year. One query."""
    lines, _more = list_own(scope, kinds=[RoleHeld.name])
    year_ago = scope.now - dt.timedelta(days=365)
    old = [line for line in lines if line.updated_at < year_ago]
    return min(old, key=lambda line: line.updated_at) if old else None
