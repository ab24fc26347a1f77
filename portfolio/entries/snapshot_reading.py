"""Reading what was handed over: fetching is checking, and reading is noted in its author's log."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, exists, select

from portfolio.access import parameters
from portfolio.among import any_of, ids
from portfolio.entries.kinds import canonical
from portfolio.entries.models import Reading, Snapshot, SnapshotFile
from portfolio.entries.readers_log import note_rows
from portfolio.entries.snapshot_files import COLUMNS, HandedFile
from portfolio.entries.snapshot_rules import READABLE, SnapshotFacts, may_read
from portfolio.errors import NotVisible
from portfolio.people.models import Person
from portfolio.scope import Scope

HEAD = ("title", "happened_on", "from_on", "until_on")
"""What can be chosen besides a kind's own fields: what every entry has. No field of a kind has one of these names."""

PAGE = 10
"""Of one's own on a page, each with its words."""


@dataclass(frozen=True)
class SnapshotText:
    """A snapshot with its words, as its reader gets it."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    about: uuid.UUID
    plugin: str
    role: str
    author_id: uuid.UUID
    author_name: str
    entry_id: uuid.UUID | None
    kind: str
    kind_version: int
    number: int
    """Of the revision it was taken from."""
    title: str
    happened_on: dt.date | None
    from_on: dt.date | None
    until_on: dt.date | None
    content: dict[str, Any]
    html: dict[str, str]
    renderer: int
    note: str
    sha256: str
    taken_at: dt.datetime
    opened_at: dt.datetime | None
    settled_at: dt.datetime | None
    closes_at: dt.datetime | None
    read_today: bool
    files: tuple[HandedFile, ...]
    mine: bool
    """The viewer wrote it."""

    def is_open(self, now: dt.datetime) -> bool:
        """It was opened to who else takes part, and hasn't closed."""
        return self.opened_at is not None and (self.closes_at is None or self.closes_at > now)


def list_snapshots(scope: Scope, place: uuid.UUID, about: uuid.UUID) -> list[SnapshotText]:
    """What was handed over or recorded for this, as far as the viewer may read it, in order. Two queries.

    The access log has it as a reading of the entries.
    """
    return _read(scope, _LIST, {"place": place, "about": about})


def get_snapshot(scope: Scope, snapshot_id: uuid.UUID) -> SnapshotText:
    """One snapshot. Two queries; a reading. Raises NotVisible."""
    found = _read(scope, _ONE, {"snapshot": snapshot_id})
    if not found:
        raise NotVisible(str(snapshot_id))
    return found[0]


def list_own_snapshots(scope: Scope, page: int = 1) -> tuple[list[SnapshotText], bool]:
    """What the viewer chose to hand over, wherever, and their own words in what was settled; newest first.

    One page, and whether there is another. Two queries.
    """
    found = _read(scope, _OWN, {"limit": PAGE + 1, "offset": (page - 1) * PAGE})
    return found[:PAGE], len(found) > PAGE


def get_handed_file(scope: Scope, file_id: uuid.UUID) -> HandedFile:
    """A file of a snapshot that the viewer may read; a reading. Raises NotVisible.

    Also for one of which its author found out since that it may show pupils: of all that was handed over this follows.
    """
    row = _find_file(scope, file_id)
    if row is None or (row.locked and row.author_id != scope.me.id):
        raise NotVisible(str(file_id))
    if row.author_id != scope.me.id and not row.read_today:
        note_rows(scope, [row.entry_id])
    return HandedFile(*row[7:])


def _find_file(scope: Scope, file_id: uuid.UUID) -> Any:
    row = scope.rows(_FILE, {"file": file_id, "me": scope.me.id, "day": scope.today}).one_or_none()
    return row if row is not None and may_read(scope, SnapshotFacts(*row[:5])) else None


def fingerprint_of(snapshot: SnapshotText) -> str:
    """SHA-256 of what was handed over, made anew from the words: equal to its `sha256` as long as none differs."""
    return sha256_of_words(vars(snapshot), snapshot.files)


def sha256_of_words(values: Mapping[str, Any], files: Sequence[HandedFile]) -> str:
    """The same of words that are about to be handed over."""
    days = {name: values[name].isoformat() if values[name] else "" for name in HEAD[1:]}
    words = {name: values[name] for name in ("kind", "kind_version", "title", "content", "note")}
    told = sorted((file.facts for file in files), key=canonical)
    return hashlib.sha256(canonical({**words, **days, "files": told})).hexdigest()


_READ_TODAY = (
    exists()
    .where(
        Reading.entry_id == Snapshot.entry_id,
        Reading.reader_id == bindparam("me", type_=Uuid()),
        Reading.day == bindparam("day"),
    )
    .correlate(Snapshot)
    .label("read_today")
)
_TEXTS = (
    select(
        Snapshot.id, Snapshot.portfolio_id, Snapshot.about, Snapshot.plugin, Snapshot.role, Snapshot.author_id,
        Person.name.label("author_name"), Snapshot.entry_id, Snapshot.kind, Snapshot.kind_version,
        Snapshot.number, Snapshot.title, Snapshot.happened_on, Snapshot.from_on, Snapshot.until_on,
        Snapshot.content, Snapshot.html, Snapshot.renderer, Snapshot.note, Snapshot.sha256, Snapshot.taken_at,
        Snapshot.opened_at, Snapshot.settled_at, Snapshot.closes_at, _READ_TODAY,
    )
    .join(Person, Person.id == Snapshot.author_id)
    .where(Snapshot.id.in_(READABLE))
    .order_by(Snapshot.taken_at, Snapshot.id)
)  # fmt: skip
_LIST = _TEXTS.where(
    Snapshot.portfolio_id == bindparam("place", type_=Uuid()), Snapshot.about == bindparam("about", type_=Uuid())
)
_ONE = _TEXTS.where(Snapshot.id == bindparam("snapshot", type_=Uuid()))
_OWN = (
    _TEXTS.where(Snapshot.author_id == bindparam("me", type_=Uuid()))
    .order_by(None)
    .order_by(Snapshot.taken_at.desc(), Snapshot.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_FILES = (
    select(SnapshotFile.snapshot_id, *COLUMNS)
    .where(any_of(SnapshotFile.snapshot_id, ids("snapshots")))
    .order_by(SnapshotFile.filename, SnapshotFile.id)
)
_FILE = (
    select(
        Snapshot.portfolio_id, Snapshot.plugin, Snapshot.author_id, Snapshot.opened_at, Snapshot.closes_at,
        Snapshot.entry_id, _READ_TODAY, *COLUMNS,
    )
    .join(Snapshot, Snapshot.id == SnapshotFile.snapshot_id)
    .where(SnapshotFile.id == bindparam("file", type_=Uuid()))
)  # fmt: skip


def _read(scope: Scope, statement: Any, values: dict[str, Any]) -> list[SnapshotText]:
    rows = scope.rows(statement, {**parameters(scope), **values}).all()
    files: dict[uuid.UUID, list[HandedFile]] = {}
    for snapshot_id, *file in scope.rows(_FILES, {"snapshots": [row.id for row in rows]}) if rows else ():
        files.setdefault(snapshot_id, []).append(HandedFile(*file))
    found = [
        SnapshotText(
            **row._mapping,
            files=_files_for(scope, row, files.get(row.id, ())),
            mine=row.author_id == scope.me.id,
        )
        for row in rows
    ]
    note_rows(scope, [one.entry_id for one in found if not one.mine and not one.read_today])
    return found


def _files_for(scope: Scope, row: Any, files: Sequence[HandedFile]) -> tuple[HandedFile, ...]:
    """Of what may show pupils nobody but its author gets anything: no name, no description, and no bytes on paper."""
    return tuple(file for file in files if not file.locked or row.author_id == scope.me.id)
