"""What somebody handed over goes along in their archive: words and files as they were then, to be read.

It belongs to the place where it was handed over, so it is never brought back, and it is no part of the fingerprint.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Uuid, bindparam, select

from portfolio.contributions import Starter
from portfolio.entries.field_types import Shown
from portfolio.entries.kinds import Kind
from portfolio.entries.models import Snapshot, SnapshotFile
from portfolio.exchange.archive import HandedFile, HandedOver, LeftOut
from portfolio.files import MissingFile, Store
from portfolio.plugins import Registry
from portfolio.scope import Scope

_PART = (
    Snapshot.id, Snapshot.role, Snapshot.kind, Snapshot.kind_version, Snapshot.title, Snapshot.happened_on,
    Snapshot.from_on, Snapshot.until_on, Snapshot.content, Snapshot.note, Snapshot.sha256, Snapshot.taken_at,
    Snapshot.opened_at, Snapshot.settled_at, Snapshot.closes_at,
)  # fmt: skip
_FILE = (
    SnapshotFile.id, SnapshotFile.filename, SnapshotFile.media_type, SnapshotFile.size, SnapshotFile.sha256,
    SnapshotFile.alt,
)  # fmt: skip
_ALL = (
    select(*_PART, Snapshot.plugin, SnapshotFile.locked, SnapshotFile.attachment_id, SnapshotFile.origin_id, *_FILE)
    .outerjoin(SnapshotFile, SnapshotFile.snapshot_id == Snapshot.id)
    .where(Snapshot.author_id == bindparam("me", type_=Uuid()))
    .order_by(Snapshot.taken_at, Snapshot.id, SnapshotFile.filename, SnapshotFile.id)
)


@dataclass(frozen=True)
class Handed:
    """One thing that was handed over."""

    part: HandedOver
    names: dict[str, HandedFile]
    """Its files, by what its words call them."""
    keys: dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID]]
    """Where the store may have the bytes of a file."""
    left_out: list[LeftOut]
    """Its files on which pupils may be recognisable, as was found out since."""


def list_handed_over(scope: Scope, plugin: str | None) -> list[Handed]:
    """What the viewer handed over, or what of it this plugin keeps, in order. One query."""
    found: dict[uuid.UUID, Handed] = {}
    for row in scope.session.execute(_ALL, {"me": scope.me.id}):
        values, more, file = row[: len(_PART)], row[len(_PART) : -len(_FILE)], row[-len(_FILE) :]
        holder, locked, attachment, origin = more
        if plugin not in (None, holder):
            continue
        if row[0] not in found:
            part = HandedOver.model_construct(**_named(HandedOver, values) | {"files": []})
            found[row[0]] = Handed(part, {}, {}, [])
        one = found[row[0]]
        if locked:
            one.left_out.append(LeftOut(entry_id=one.part.id, filename=row.filename, reason="pupils"))
        elif attachment is not None:
            kept = HandedFile.model_construct(**_named(HandedFile, file))
            one.part.files.append(kept)
            one.names.update({str(name): kept for name in (attachment, origin) if name})
            one.keys[kept.id] = (kept.id, attachment)
    return list(found.values())


def facts_of(one: Handed, registry: Registry) -> Sequence[Shown]:
    """What was handed over as a page of the archive shows it, in the order of the fields."""
    kind = registry.kinds.get(one.part.kind)
    if kind is not None:
        try:
            return _facts_of_kind(one, kind, registry.starters)
        except Exception:  # a plugin's fault must not keep anybody from taking their own words along
            if registry.raising:
                raise
    return [Shown(name, name, "line", str(value)) for name, value in one.part.content.items() if value]


def _facts_of_kind(one: Handed, kind: type[Kind], starters: Mapping[str, Starter]) -> Sequence[Shown]:
    part = one.part
    content = kind.empty() | dict(part.content)
    if part.kind_version != kind.version:
        content = kind.upgrade(content, part.kind_version)
    there = {file.id for file in part.files}
    own = {name: quote(file.member) for name, file in one.names.items() if file.id in there}
    html = kind.html(content, lambda name: own.get(name.lower()))
    return kind.show(content, html, starters.get(str(content.get("method", ""))))


def read_file(store: Store, one: Handed, file: HandedFile) -> bytes | None:
    """The bytes of a file; None when they aren't there, or aren't what was handed over."""
    for key in one.keys[file.id]:
        try:
            data = store.get(key.hex)
        except MissingFile:
            continue
        if hashlib.sha256(data).hexdigest() == file.sha256:
            return data
    return None


def _named(part: Any, row: Any) -> dict[str, Any]:
    return dict(zip(part.model_fields, row, strict=False))
