"""Taking along: gather what one person wrote in a constant number of queries, and pack it as one zip.

Gathering needs the database and no files; packing needs files and no database, so that no transaction waits for a disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import aliased

from portfolio.entries import models
from portfolio.entries.models import PERSON, Attachment, Portfolio, Rendered, Revision, StateChange
from portfolio.exchange.archive import (
    JSON_NAME,
    VERSION,
    Archive,
    Contents,
    Entry,
    File,
    KindVersion,
    LeftOut,
    Link,
    Text,
    Turn,
    fingerprint,
    link_order,
)
from portfolio.exchange.handed_over import Handed, list_handed_over, read_file
from portfolio.exchange.pages import Picture, offline_pages
from portfolio.files import MissingFile, Store
from portfolio.markdown import RENDERER_VERSION
from portfolio.plugins import Registry
from portfolio.scope import Scope

_ME = bindparam("me", type_=Uuid())
_MINE = (models.Entry.author_id == _ME, models.Entry.deleted_at.is_(None))
_TO = aliased(models.Entry)

_ENTRIES = (
    select(
        models.Entry.id, models.Entry.kind, models.Entry.state, models.Entry.audience, models.Entry.opens_at,
        models.Entry.closes_at, models.Entry.created_at, models.Entry.updated_at, models.Entry.plugin,
        Portfolio.kind.label("where"), models.Entry.origin_id,
    )
    .join(Portfolio, Portfolio.id == models.Entry.portfolio_id)
    .where(*_MINE)
    .order_by(models.Entry.id)
)  # fmt: skip
_TEXTS = (
    select(
        Revision.entry_id, Revision.number, Revision.title, Revision.happened_on, Revision.from_on,
        Revision.until_on, Revision.kind_version, Revision.content, Revision.created_at,
    )
    .join(models.Entry, models.Entry.id == Revision.entry_id)
    .where(*_MINE, Revision.author_id == _ME)
    .order_by(Revision.number)
)  # fmt: skip
_TURNS = (
    select(
        StateChange.entry_id, StateChange.before, StateChange.after, StateChange.reason,
        StateChange.happened_on, StateChange.at,
    )
    .join(models.Entry, models.Entry.id == StateChange.entry_id)
    .where(*_MINE, StateChange.author_id == _ME)
    .order_by(StateChange.at, StateChange.id)
)  # fmt: skip
_FILES = (
    select(
        Attachment.entry_id, Attachment.id, Attachment.filename, Attachment.media_type, Attachment.size,
        Attachment.sha256, Attachment.alt, Attachment.pupils, Attachment.added_at, Attachment.origin_id,
    )
    .join(models.Entry, models.Entry.id == Attachment.entry_id)
    .where(*_MINE)
    .order_by(Attachment.added_at, Attachment.id)
)  # fmt: skip
_LINKS = (
    select(models.Link.from_id, models.Link.to_id, models.Link.type, models.Link.created_at)
    .join(models.Entry, models.Entry.id == models.Link.from_id)
    .join(_TO, _TO.id == models.Link.to_id)
    .where(*_MINE, _TO.author_id == _ME, _TO.deleted_at.is_(None))
)
_HTML = (
    select(Revision.entry_id, Rendered.html)
    .join(models.Entry, (models.Entry.id == Revision.entry_id) & (models.Entry.number == Revision.number))
    .join(Rendered, Rendered.revision_id == Revision.id)
    .where(*_MINE, Revision.author_id == _ME, Rendered.renderer == RENDERER_VERSION)
)


@dataclass
class Gathered:
    """What one person wrote, and what pages and the archive's head tell about it."""

    contents: Contents
    kinds: dict[str, KindVersion]
    elsewhere: dict[str, str]
    left_out: list[LeftOut]
    keys: dict[uuid.UUID, uuid.UUID]
    """Under which key the store has a file, by its id in the archive."""
    html: dict[uuid.UUID, dict[str, str]] = field(default_factory=dict)
    """Rendered text of entries, as far as it is there."""
    handed_over: list[Handed] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Of the contents."""
        return fingerprint(self.contents)

    @property
    def bytes(self) -> int:
        """What the files hold together."""
        handed = sum(file.size for one in self.handed_over for file in one.part.files)
        return handed + sum(file.size for entry in self.contents.entries for file in entry.files)


@dataclass(frozen=True)
class Written:
    """What went into an archive."""

    fingerprint: str
    entries: int
    files: int
    left_out: tuple[LeftOut, ...]


def gather(scope: Scope, *, with_html: bool = False, plugin: str | None = None) -> Gathered:
    """What the viewer wrote, wherever it lies, but for the bin: six queries, seven with the rendered text.

    With a `plugin`, only what was written with that, and the links in between.
    """
    me = {"me": scope.me.id}
    texts: dict[uuid.UUID, list[Text]] = defaultdict(list)
    for entry_id, *row in scope.session.execute(_TEXTS, me):
        texts[entry_id].append(Text.model_construct(**_named(Text, row)))
    turns: dict[uuid.UUID, list[Turn]] = defaultdict(list)
    for entry_id, *row in scope.session.execute(_TURNS, me):
        turns[entry_id].append(Turn.model_construct(**_named(Turn, row)))
    kept = scope.session.execute(_FILES, me).all()
    names = _names((file.id, file.origin_id) for file in kept)
    files: dict[uuid.UUID, list[File]] = defaultdict(list)
    locked: dict[uuid.UUID, list[str]] = defaultdict(list)
    keys: dict[uuid.UUID, uuid.UUID] = {}
    for entry_id, *row in kept:
        values = _named(File, row)
        if values["pupils"] == "no":
            keys[names[values["id"]]] = values["id"]
            files[entry_id].append(File.model_construct(**values | {"id": names[values["id"]]}))
        else:
            locked[entry_id].append(values["filename"])
    found = [one for one in scope.session.execute(_ENTRIES, me) if plugin in (None, one.plugin)]
    names = _names((row.id, row.origin_id) for row in found)
    entries: list[Entry] = []
    kinds: dict[str, KindVersion] = {}
    elsewhere: dict[str, str] = {}
    for one in found:
        own = texts.get(one.id)
        if own is None:  # somebody else's text in a shared portfolio, whatever the entry says
            continue
        values = _named(Entry, one[:8]) | {"id": names[one.id]}
        values |= {"texts": own, "turns": turns[one.id], "files": sorted(files[one.id], key=_by_moment)}
        entries.append(Entry.model_construct(**values))
        newest = max([text.kind_version for text in own] + [kinds[one.kind].version if one.kind in kinds else 1])
        kinds[one.kind] = KindVersion(plugin=one.plugin, version=newest)
        if one.where != PERSON:
            elsewhere[str(names[one.id])] = one.where
    known = {entry.id for entry in entries}
    links = [
        Link.model_construct(**_named(Link, row) | {"from_id": names[row.from_id], "to_id": names[row.to_id]})
        for row in scope.session.execute(_LINKS, me)
        if names.get(row.from_id) in known and names.get(row.to_id) in known
    ]
    left_out = [
        LeftOut(entry_id=names[entry_id], filename=filename, reason="pupils")
        for entry_id, filenames in locked.items()
        if entry_id in names
        for filename in filenames
    ]
    html = (
        {names[row[0]]: row[1] for row in scope.session.execute(_HTML, me) if row[0] in names} if with_html else {}
    )
    contents = Contents.model_construct(
        entries=sorted(entries, key=lambda entry: entry.id), links=sorted(links, key=link_order)
    )
    handed_over = list_handed_over(scope, plugin)
    left_out += [file for one in handed_over for file in one.left_out]
    return Gathered(contents, kinds, elsewhere, left_out, keys, html, handed_over)


def _names(ids: Iterable[tuple[uuid.UUID, uuid.UUID | None]]) -> dict[uuid.UUID, uuid.UUID]:
    """By id here, the id in the archive: the one it came with, unless what has that id here goes along too."""
    known = dict(ids)
    return {here: origin if origin and origin not in known else here for here, origin in known.items()}


def _by_moment(file: File) -> tuple[dt.datetime, uuid.UUID]:
    return file.added_at, file.id


def write_archive(scope: Scope, registry: Registry, store: Store, out: BinaryIO) -> Written:
    """Write everything the viewer wrote to `out` as a zip."""
    return pack(scope, gather(scope, with_html=True), registry, store, out)


def pack(scope: Scope, gathered: Gathered, registry: Registry, store: Store, out: BinaryIO) -> Written:
    """Write what was gathered to `out` as a zip, in the reader's language. Asks nothing of the database.

    A file whose bytes are gone, or aren't what they were, is left out and listed: the rest still goes along.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        gathered = _with_bytes(gathered, store, archive)
        head = Archive(
            format="leadership-portfolio",
            version=VERSION,
            exported_at=scope.now,
            fingerprint=gathered.fingerprint,
            kinds=gathered.kinds,
            written_elsewhere=gathered.elsewhere,  # type: ignore[arg-type]
            left_out=gathered.left_out,
            handed_over=[one.part for one in gathered.handed_over],
            portfolio=Contents.model_construct(entries=[], links=[]),
        ).model_copy(update={"portfolio": gathered.contents})
        pictures = {
            file.id: Picture(file.member, file.alt)
            for entry in gathered.contents.entries
            for file in entry.files
            if file.media_type.startswith("image/")
        }
        for name, text in offline_pages(head, gathered.html, pictures, gathered.handed_over, registry, scope.me.name):
            _add(archive, scope, name, text.encode())
        _add(archive, scope, JSON_NAME, head.to_json())
    files = sum(len(entry.files) for entry in gathered.contents.entries)
    return Written(head.fingerprint, len(gathered.contents.entries), files, tuple(gathered.left_out))


def _with_bytes(gathered: Gathered, store: Store, archive: zipfile.ZipFile) -> Gathered:
    missing: dict[uuid.UUID, LeftOut] = {}
    for entry in gathered.contents.entries:
        for file in entry.files:
            try:
                data = store.get(gathered.keys[file.id].hex)
            except MissingFile:
                data = b""
            if hashlib.sha256(data).hexdigest() != file.sha256:
                missing[file.id] = LeftOut(entry_id=entry.id, filename=file.filename, reason="missing")
                continue
            packed = file.media_type in ("text/plain", "application/pdf")
            method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED  # the others are packed already
            archive.writestr(_member(file.member, file.added_at.timetuple()[:6]), data, method)
    handed_over = [_packed(one, store, archive, missing) for one in gathered.handed_over]
    if not missing:
        return gathered
    entries = [
        entry.model_copy(update={"files": [file for file in entry.files if file.id not in missing]})
        for entry in gathered.contents.entries
    ]
    contents = gathered.contents.model_copy(update={"entries": entries})
    left_out = [*gathered.left_out, *missing.values()]
    return replace(gathered, contents=contents, left_out=left_out, handed_over=handed_over)


def _packed(one: Handed, store: Store, archive: zipfile.ZipFile, missing: dict[uuid.UUID, LeftOut]) -> Handed:
    """The bytes of what was handed over into the archive; the same, less the files whose bytes aren't there."""
    kept = []
    for file in one.part.files:
        data = read_file(store, one, file)
        if data is None:
            missing[file.id] = LeftOut(entry_id=one.part.id, filename=file.filename, reason="missing")
        else:
            archive.writestr(_member(file.member, one.part.taken_at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
            kept.append(file)
    return replace(one, part=one.part.model_copy(update={"files": kept}))


def _add(archive: zipfile.ZipFile, scope: Scope, name: str, data: bytes) -> None:
    archive.writestr(_member(name, scope.now.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)


def _member(name: str, moment: Any) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, max(moment, (1980, 1, 1, 0, 0, 0)))


def _named(part: Any, row: Any) -> dict[str, Any]:
    return dict(zip(part.model_fields, row, strict=False))
