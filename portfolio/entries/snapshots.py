"""Handing over: chosen fields of an own entry as they are now, for who takes part in a joint portfolio.

A snapshot never follows its entry: not a later edit, no link, no comment, no history. Its author can withdraw it, which
erases it, until what it was handed over for is settled; then it has a day on which it closes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from portfolio.access import WRITE
from portfolio.db import new_id
from portfolio.entries import guarding
from portfolio.entries.inputs import too_long
from portfolio.entries.kinds import Kind
from portfolio.entries.models import HANDED, PERSON, RECORD, Portfolio, PortfolioMember, Snapshot, SnapshotFile
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.entries.snapshot_files import HandedFile, add_files, erase_snapshots, files_of, own_image
from portfolio.entries.snapshot_reading import (
    HEAD,
    SnapshotText,
    fingerprint_of,
    get_handed_file,
    get_snapshot,
    list_snapshots,
    sha256_of_words,
)
from portfolio.entries.snapshot_rules import SnapshotFacts, may_read
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.markdown import RENDERER_VERSION, clean
from portfolio.scope import Scope

__all__ = [
    "HEAD",
    "SnapshotText",
    "Words",
    "fingerprint_of",
    "get_handed_file",
    "get_snapshot",
    "keep_record",
    "list_snapshots",
    "open_snapshots",
    "settle_snapshots",
    "take_snapshot",
    "withdraw_snapshot",
]

NOTE_LENGTH = 2000
ROOM = 500 * 1024 * 1024
"""Bytes of all copies of files that somebody has handed over, wherever, until they are withdrawn or closed."""


@dataclass(frozen=True)
class Words:
    """What somebody wrote, as it is to be kept in a record: of an entry, or of a row of the plugin's own."""

    kind: type[Kind]
    author_id: uuid.UUID
    title: str
    happened_on: dt.date | None
    content: Mapping[str, Any]
    entry_id: uuid.UUID | None = None
    number: int = 0


def take_snapshot(
    scope: Scope, entry_id: uuid.UUID, fields: Collection[str], place: uuid.UUID, about: uuid.UUID, note: str = "", *,
    kind: type[Kind], plugin: str, look_first: Callable[[Sequence[guarding.Words]], None] = lambda files: None,
) -> uuid.UUID:  # fmt: skip
    """Freeze chosen fields of an own entry, with its files, to be handed over in a joint portfolio; returns its id.

    `fields` are names of the kind's fields and of HEAD; `about` is what it is for, `plugin` whose that is. Nobody else
    reads it until `open_snapshots`. The same once more is the one that is there. `look_first` is given the words of the
    files that go along when nothing else is in the way; it may raise a Refused, as the text guard does. Raises
    NotVisible when the entry isn't the viewer's or `place` isn't open to them, Refused for a kind that is never shared,
    a file that may show pupils, a choice of nothing or of what isn't there, a note that is too long, and for what is
    settled.
    """
    entry = get_entry(scope, entry_id, WRITE, readers=False)
    if entry.deleted_at is not None or kind.name != entry.kind:
        raise NotVisible(str(entry_id))
    _lock_place(scope, place, plugin)
    if not kind.shareable or entry.portfolio_kind != PERSON:
        raise Refused(_("This text stays with you alone; it can't be shared."))
    files, locked = files_of(scope, entry_id)
    if locked:
        raise Refused(
            _(
                "A file here may show pupils recognisably, so this can't be shared. Replace the file, or answer the"
                " question about pupils at the file."
            )
        )
    note = clean(note).strip()
    if len(note) > NOTE_LENGTH:
        raise Refused({"note": too_long(NOTE_LENGTH, len(note))})
    chosen = _chosen(kind, entry, set(fields))
    same = _same_or_settled(scope, about, entry_id, sha256_of_words(chosen | {"note": note}, files))
    if same is not None:
        return same
    _check_room(scope, files)
    look_first(guarding.words_of_files(files))
    values = {"role": HANDED, "author_id": scope.me.id, "entry_id": entry_id, "number": entry.number, "note": note}
    values |= chosen | {"portfolio_id": place, "about": about, "plugin": plugin}
    return _write(scope, [(_row(scope, kind, values, files), files)])[0]


def keep_record(
    scope: Scope, words: Sequence[Words], place: uuid.UUID, about: uuid.UUID, *, plugin: str, closes_at: dt.datetime
) -> list[uuid.UUID]:
    """Freeze what the members of a joint portfolio settled: a row of each writer's words, read by both until it closes.

    It doesn't follow the entries it was taken from, nor go when they are erased; with its writer's account each row
    goes. Files of such an entry come along, less the locked ones. Raises NotVisible when `place` isn't open to the
    viewer or a writer takes no part there, Refused for content that can't be right.
    """
    _lock_place(scope, place, plugin)
    members = set(
        scope.session.scalars(select(PortfolioMember.person_id).where(PortfolioMember.portfolio_id == place))
    )
    written = []
    for one in words:
        if one.author_id not in members:
            raise NotVisible(str(one.author_id))
        content = one.kind.validate(one.content)
        files = files_of(scope, one.entry_id)[0] if one.entry_id else []
        values = {
            "portfolio_id": place, "about": about, "plugin": plugin, "role": RECORD, "author_id": one.author_id,
            "entry_id": one.entry_id, "number": one.number, "note": "", "kind": one.kind.name,
            "kind_version": one.kind.version, "title": one.title, "happened_on": one.happened_on, "from_on": None,
            "until_on": None, "content": content, "opened_at": scope.now, "settled_at": scope.now,
            "closes_at": closes_at,
        }  # fmt: skip
        written.append((_row(scope, one.kind, values, files), files))
    return _write(scope, written)


def open_snapshots(scope: Scope, about: uuid.UUID, closes_at: dt.datetime | None = None) -> int:
    """From now on the other one reads what was handed over for this; returns how many that are.

    Until `closes_at`, if it isn't settled before. Either may be who does it: the second of the two to release.
    """
    here = [*_handed(scope, about), Snapshot.opened_at.is_(None)]
    return _update(scope, here, opened_at=scope.now, closes_at=closes_at)


def settle_snapshots(scope: Scope, about: uuid.UUID, closes_at: dt.datetime) -> int:
    """From now on nothing handed over for this can be withdrawn, and it closes then; returns how many that are."""
    place = scope.place
    if place is not None:
        scope.session.execute(select(Portfolio.id).where(Portfolio.id == place).with_for_update(key_share=True))
    here = [*_handed(scope, about), Snapshot.settled_at.is_(None)]
    return _update(scope, here, settled_at=scope.now, closes_at=closes_at)


def withdraw_snapshot(scope: Scope, snapshot_id: uuid.UUID) -> None:
    """Erase an own snapshot, with its files. Always works for its author, wherever they take part, until it's settled.

    Raises NotVisible for what isn't there for the viewer, NotAllowed for another's, Refused for what is settled.
    """
    row = scope.session.execute(
        select(
            Snapshot.portfolio_id, Snapshot.plugin, Snapshot.author_id, Snapshot.opened_at, Snapshot.closes_at,
            Snapshot.settled_at,
        )
        .where(Snapshot.id == snapshot_id)
        .with_for_update()
    ).one_or_none()  # fmt: skip
    answer = may_read(scope, SnapshotFacts(*row[:5])) if row is not None else None
    if row is None or not answer:
        raise NotVisible(str(snapshot_id))
    if row.author_id != scope.me.id:
        raise NotAllowed("withdraw")
    if row.settled_at is not None:
        raise Refused(_("This is settled, so it stays until the day it closes."))
    erase_snapshots(scope.session, scope.now, Snapshot.id == snapshot_id)


def _chosen(kind: type[Kind], entry: OpenEntry, fields: set[str]) -> dict[str, Any]:
    own = [spec.name for spec in kind.fields if spec.name in fields]
    if not fields or fields - {*own, *HEAD}:
        raise Refused({"fields": _("Choose one of these.")})
    content = kind.validate(kind.empty() | kind.upgrade(dict(entry.content), entry.kind_version))
    return {
        "kind": kind.name,
        "kind_version": kind.version,
        "title": entry.title if "title" in fields else "",
        **{name: getattr(entry, name) if name in fields else None for name in HEAD[1:]},
        "content": {name: content[name] for name in own},
    }


def _check_room(scope: Scope, files: Sequence[HandedFile]) -> None:
    """Copies take room as well: who hands over the same again and again doesn't fill the disk. Raises Refused."""
    if not files:
        return
    copies = select(func.coalesce(func.sum(SnapshotFile.size), 0)).join(
        Snapshot, Snapshot.id == SnapshotFile.snapshot_id
    )
    used = scope.session.scalars(copies.where(Snapshot.author_id == scope.me.id)).one()
    if int(used) + sum(file.size for file in files) > ROOM:
        raise Refused(_("The files you have handed over fill the room there is. Take something back first."))


def _lock_place(scope: Scope, place: uuid.UUID, plugin: str) -> None:
    """The viewer takes part there and the plugin is on; nobody settles meanwhile. Raises NotVisible."""
    if place not in scope.relations.joint or not scope.gate.is_on_at(place, plugin):
        raise NotVisible(str(place))
    scope.session.execute(select(Portfolio.id).where(Portfolio.id == place).with_for_update(key_share=True))


def _same_or_settled(scope: Scope, about: uuid.UUID, entry_id: uuid.UUID, sha256: str) -> uuid.UUID | None:
    rows = scope.session.execute(
        select(Snapshot.id, Snapshot.entry_id, Snapshot.sha256, Snapshot.settled_at).where(
            Snapshot.about == about, Snapshot.author_id == scope.me.id, Snapshot.role == HANDED
        )
    ).all()
    if any(row.settled_at is not None for row in rows):
        raise Refused(_("This is settled: nothing is added to it any more."))
    return next((row.id for row in rows if (row.entry_id, row.sha256) == (entry_id, sha256)), None)


def _row(scope: Scope, kind: type[Kind], values: dict[str, Any], files: list[HandedFile]) -> dict[str, Any]:
    return values | {
        "id": new_id(),
        "renderer": RENDERER_VERSION,
        "html": kind.html(values["content"], own_image(files)),
        "sha256": sha256_of_words(values, files),
        "taken_at": scope.now,
    }


def _write(scope: Scope, written: list[tuple[dict[str, Any], list[HandedFile]]]) -> list[uuid.UUID]:
    """Add rows that name the same columns, each with its files, in one statement; returns their ids."""
    if written:
        scope.session.execute(insert(Snapshot), [row for row, _files in written])
    for row, files in written:
        add_files(scope, row["id"], files)
    return [row["id"] for row, _files in written]


def _handed(scope: Scope, about: uuid.UUID) -> list[Any]:
    return [Snapshot.about == about, Snapshot.role == HANDED, Snapshot.portfolio_id.in_(scope.relations.joint)]


def _update(scope: Scope, here: list[Any], **values: Any) -> int:
    done: Any = scope.session.execute(
        update(Snapshot).where(*here).values(**values).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
