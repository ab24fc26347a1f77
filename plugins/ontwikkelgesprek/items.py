"""What the teacher hands over: chosen by them alone, frozen as it was then, and theirs to take back until settled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek import log
from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.models import TEACHER
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from sqlalchemy import Uuid, bindparam, select

from portfolio.among import any_of, ids, names
from portfolio.entries.guarding import Words
from portfolio.entries.kinds import Kind
from portfolio.entries.models import HANDED, Entry, Snapshot
from portfolio.entries.snapshots import (
    SnapshotText,
    list_snapshots,
    open_snapshots,
    settle_snapshots,
    take_snapshot,
    withdraw_snapshot,
)
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

SIZE = 20
MOST = 60
_OWN = select(Entry.id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.number).where(
    Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
    Entry.author_id == bindparam("me", type_=Uuid()),
    Entry.deleted_at.is_(None),
)
_FOUND = (
    _OWN.where(any_of(Entry.kind, names("kinds")), Entry.title.ilike(bindparam("like"), escape="\\"))
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_CHOSEN = select(Snapshot.id, Snapshot.entry_id).where(
    Snapshot.about == bindparam("talk", type_=Uuid()),
    Snapshot.author_id == bindparam("me", type_=Uuid()),
    Snapshot.role == HANDED,
)
_CHANGED = _OWN.where(any_of(Entry.id, ids("entries")))


@dataclass(frozen=True)
class OwnLine:
    """An own entry that could be handed over."""

    id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date
    number: int


def list_rows(scope: Scope, talk: Talk) -> list[SnapshotText]:
    """All the trunk has about this conversation and the viewer may read: handed over, and settled. Two queries."""
    return list_snapshots(scope, talk.portfolio_id, talk.id)


def list_handed(scope: Scope, talk: Talk) -> list[SnapshotText]:
    """What was chosen for this conversation (to the teacher), or handed over in it (to the leader). Two queries."""
    return [one for one in list_rows(scope, talk) if one.role == HANDED]


def find_own(
    scope: Scope, kinds: Collection[str], asked: str, *, page: int = 1
) -> tuple[list[OwnLine], bool]:
    """The viewer's own entries of these kinds with `asked` in their title, newest first; and whether there are more."""
    like = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in asked)
    values: dict[str, Any] = {"kinds": sorted(kinds), "like": f"%{like}%", "limit": SIZE + 1}
    rows = [OwnLine(*row) for row in scope.rows(_FOUND, values | {"offset": (page - 1) * SIZE} | _mine(scope))]
    return rows[:SIZE], len(rows) > SIZE


def list_changed(scope: Scope, handed: Sequence[SnapshotText]) -> set[uuid.UUID]:
    """The ids of those whose entry says something else by now. One query."""
    entries = [one.entry_id for one in handed if one.entry_id is not None]
    if not entries:
        return set()
    numbers = {row.id: row.number for row in scope.rows(_CHANGED, {"entries": entries} | _mine(scope))}
    return {one.id for one in handed if one.entry_id in numbers and numbers[one.entry_id] != one.number}


def choose(
    scope: Scope, talk: Talk, entry_id: uuid.UUID, kind: type[Kind], fields: Collection[str], note: str,
    look_first: Callable[[Sequence[Words]], None] = lambda files: None,
) -> uuid.UUID:  # fmt: skip
    """As the teacher, choose something to hand over; nobody else reads it until both preparations open.

    What of the same entry was chosen before is replaced. Raises NotAllowed once they are open, Refused and NotVisible
    as the trunk's `take_snapshot`.
    """
    if not talk.can_choose:
        raise NotAllowed("choose")
    chosen = scope.rows(_CHOSEN, {"talk": talk.id, "me": scope.me.id}).all()
    before = [one for one, of in chosen if of == entry_id]
    if len(chosen) - len(before) >= MOST:  # each brings copies of its files
        raise Refused(_("A conversation holds at most %(most)s texts. Take one back first.", most=MOST))
    taken = take_snapshot(
        scope, entry_id, fields, talk.portfolio_id, talk.id, note, kind=kind, plugin=NAME, look_first=look_first
    )
    for one in before:
        if one != taken:
            withdraw_snapshot(scope, one)
    return taken


def get_item(scope: Scope, talk: Talk, item_id: uuid.UUID) -> SnapshotText:
    """Something that was chosen for this conversation. Raises NotVisible."""
    for one in list_handed(scope, talk):
        if one.id == item_id:
            return one
    raise NotVisible(str(item_id))


def take_back(scope: Scope, talk: Talk, item_id: uuid.UUID) -> None:
    """As the teacher, withdraw something: it is gone for the leader at once. Raises Refused once it is settled."""
    item = get_item(scope, talk, item_id)
    if not item.mine:
        raise NotAllowed("withdraw")
    withdraw_snapshot(scope, item_id)
    if talk.opened:  # before that the leader doesn't learn that there was something
        log.write_line(scope, talk.id, TEACHER, log.WITHDRAWN)


def open_all(scope: Scope, talk_id: uuid.UUID, until: dt.datetime) -> None:
    """From now on the leader reads what was chosen, until then at the latest."""
    open_snapshots(scope, talk_id, until)


def settle(scope: Scope, talk_id: uuid.UUID, until: dt.datetime) -> None:
    """From now on nothing is withdrawn, and at `until` it closes."""
    settle_snapshots(scope, talk_id, until)


def _mine(scope: Scope) -> dict[str, Any]:
    return {"portfolio": scope.relations.portfolio, "me": scope.me.id}
