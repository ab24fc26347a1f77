"""Reading an archive: the zip, its JSON, and each file's bytes, all checked before anything is written.

Nothing here touches the database or the store. What is wrong is said in the reader's language, and is the only outcome.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pydantic import ValidationError

from portfolio.errors import Refused
from portfolio.exchange.archive import FORMAT, JSON_NAME, VERSION, Archive, Contents, Entry, File, fingerprint
from portfolio.exchange.checking import check_contents
from portfolio.exchange.pictures import is_bare
from portfolio.exchange.unzipping import SafeZip
from portfolio.filenames import safe_filename
from portfolio.files import Accepted, RefusedFile, inspect_upload
from portfolio.i18n import gettext as _
from portfolio.markdown import RENDERER_VERSION
from portfolio.plugins import Registry

MOST_JSON = 24 * 1024 * 1024
MOST_PAGES = 256 * 1024 * 1024
"""In bytes, unpacked: portfolio.json, and the readable pages, which are never read back."""
MOST_PARTS = 20_000
"""Entries, their texts, changes of state and files, and links: ten times what a teacher writes in twenty years."""
RENDERED_AT_ONCE = 200_000
"""Characters of content: some 100 entries. A costly text takes up to ten times as long as a plain one."""


@dataclass(frozen=True)
class Limits:
    """What fits here, in bytes."""

    upload: int
    """One file."""
    portfolio: int
    """All files together."""


@dataclass(frozen=True)
class Plan:
    """An archive that can be brought back: what will be kept, exactly."""

    contents: Contents
    plugin_of: dict[str, str]
    new_ids: dict[uuid.UUID, uuid.UUID]
    """Under which id an entry or a file will be kept, by its id in the archive."""
    html: dict[uuid.UUID, dict[str, str]]
    """Rendered current texts, as far as RENDERED_AT_ONCE goes, by the id of their entry in the archive."""
    renderer: int
    said: str
    """The fingerprint that the archive gives itself."""
    rewritten: int
    """Files that were written anew, such as a photo with a place in it."""
    _zip: SafeZip = field(repr=False)
    _members: dict[uuid.UUID, str] = field(repr=False)
    _limits: Limits

    @property
    def files(self) -> list[File]:
        """The files of all entries."""
        return [file for entry in self.contents.entries for file in entry.files]

    @property
    def identical(self) -> bool:
        """What is kept is exactly what was taken along."""
        return fingerprint(self.contents) == self.said

    def bytes_of(self, file: File) -> bytes:
        """The bytes to keep of a file; read anew, so that they needn't all be held at once."""
        data = self._zip.read(self._members[file.id], self._limits.upload)
        return _bytes_to_keep(file, data, self._limits)[0]


def read_archive(stream: BinaryIO, registry: Registry, limits: Limits, now: dt.datetime) -> Plan:
    """Read and check a whole archive; slow, and to be done with no transaction open. Raises Refused.

    `stream` has to stay open as long as the plan is used.
    """
    zip_file = SafeZip(stream, limits.portfolio + MOST_JSON + MOST_PAGES)
    if JSON_NAME not in zip_file:
        raise Refused(_("There is no portfolio.json in this zip. Choose the zip as it was when you took it along."))
    try:
        raw = _parse(zip_file.read(JSON_NAME, MOST_JSON))
        _check_amount(raw)
        archive = _shaped(raw)
        contents = check_contents(archive, registry, now)
        if fingerprint(raw["portfolio"]) != archive.fingerprint:
            raise Refused(_("This archive was changed after it was made: its fingerprint doesn't fit its texts."))
    except (RecursionError, UnicodeEncodeError) as problem:
        raise Refused(_unreadable()) from problem
    members = {file.id: file.member for entry in archive.portfolio.entries for file in entry.files}
    if sum(file.size for entry in contents.entries for file in entry.files) > limits.portfolio:
        raise Refused(_("The files in this archive don't fit: at most %(most)s MB.", most=limits.portfolio // 1024**2))
    entries, rewritten = [], 0
    for entry in contents.entries:
        kept = []
        for file in entry.files:
            checked, changed = _checked_bytes(file, members[file.id], zip_file, limits)
            kept.append(checked)
            rewritten += changed
        entries.append(entry.model_copy(update={"files": kept}) if kept else entry)
    contents = Contents.model_construct(entries=entries, links=contents.links)
    new_ids = {entry.id: renewed(entry.id) for entry in entries}
    new_ids |= {file.id: renewed(file.id) for entry in entries for file in entry.files}
    return Plan(
        contents=contents,
        plugin_of=dict(registry.owner_of),
        new_ids=new_ids,
        html=_rendered(entries, registry, new_ids),
        renderer=RENDERER_VERSION,
        said=archive.fingerprint,
        rewritten=rewritten,
        _zip=zip_file,
        _members=members,
        _limits=limits,
    )


def _parse(data: bytes) -> dict[str, Any]:
    def refuse_constant(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    try:
        raw = json.loads(data.decode("utf-8-sig"), parse_constant=refuse_constant)
    except ValueError as problem:
        raise Refused(_unreadable()) from problem
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise Refused(_("The portfolio.json in this zip isn't one of this software."))
    version = raw.get("version")
    if type(version) is int and version > VERSION:
        raise Refused(_("This archive was made by a newer version of this software than there is here."))
    return raw


def _shaped(raw: dict[str, Any]) -> Archive:
    try:
        return Archive.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{str(step)[:40]}" for step in first["loc"])
        if first["type"] == "refused":
            problem = str(first["ctx"]["message"])
        elif first["type"] == "missing":
            problem = _("This is missing.")
        else:
            problem = _("This can't be read here.")
        raise Refused(
            _("portfolio.json isn't right at %(place)s: %(problem)s", place=place.lstrip("."), problem=problem)
        ) from error


def _checked_bytes(file: File, member: str, zip_file: SafeZip, limits: Limits) -> tuple[File, bool]:
    if member not in zip_file:
        raise Refused(_("The file “%(name)s” is missing in this zip.", name=file.filename[:80]))
    data = zip_file.read(member, limits.upload)
    if len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
        raise Refused(_("The file “%(name)s” isn't what it was when it was taken along.", name=file.filename[:80]))
    kept, accepted = _bytes_to_keep(file, data, limits)
    if accepted.media_type != file.media_type:
        raise Refused(_("The file “%(name)s” isn't the kind of file it says.", name=file.filename[:80]))
    name = safe_filename(file.filename, accepted.extension)
    if kept == data:
        return file.model_copy(update={"filename": name}), False
    sha256 = hashlib.sha256(kept).hexdigest()
    return file.model_copy(update={"filename": name, "size": len(kept), "sha256": sha256}), True


def _bytes_to_keep(file: File, data: bytes, limits: Limits) -> tuple[bytes, Accepted]:
    try:
        accepted = inspect_upload(data, file.filename, max_bytes=limits.upload)
    except RefusedFile as error:
        raise Refused(
            _("The file “%(name)s” can't be kept here: %(problem)s", name=file.filename[:80], problem=error.message)
        ) from error
    bare = accepted.cleaned and is_bare(data) and accepted.media_type == file.media_type
    return (data if bare else accepted.data), accepted


def renewed(old: uuid.UUID) -> uuid.UUID:
    """A new UUIDv7 of the same moment. Nobody can choose it, so that bringing back tells nothing of ids in use here."""
    moment = old.int >> 80
    return uuid.UUID(int=moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62))


def _rendered(
    entries: list[Entry], registry: Registry, new_ids: Mapping[uuid.UUID, uuid.UUID]
) -> dict[uuid.UUID, dict[str, str]]:
    """HTML of current texts, the latest first, until that has been work enough; the rest is rendered when read."""
    found, room = {}, RENDERED_AT_ONCE
    for entry in sorted(entries, key=lambda entry: entry.updated_at, reverse=True):
        kind = registry.kinds[entry.kind]
        own = {str(file.id): f"/files/{new_ids[file.id]}" for file in entry.files}
        content = kind.upgrade(dict(entry.current.content), entry.current.kind_version)
        room -= len(str(content))
        if room < 0:
            break
        found[entry.id] = kind.html(content, lambda name, own=own: own.get(name.lower()))  # type: ignore[misc]
    return found


def _check_amount(raw: dict[str, Any]) -> None:
    """Refuse what is more than anybody writes, before each part of it is looked at."""
    contents = raw.get("portfolio")
    parts = [contents.get(name) for name in ("entries", "links")] if isinstance(contents, dict) else []
    entries = parts[0] if parts and isinstance(parts[0], list) else []
    parts += [found for entry in entries if isinstance(entry, dict) for found in entry.values()]
    if sum(len(part) for part in parts if isinstance(part, list)) > MOST_PARTS:
        raise Refused(
            _("This archive holds more than can be brought back at once: at most %(most)s texts.", most=MOST_PARTS)
        )


def _unreadable() -> str:
    return _("The portfolio.json in this zip can't be read: it is damaged.")
