"""Files with an entry, and the question about pupils with its lock."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from portfolio.access import KEEP, READ, WRITE
from portfolio.db import Database, new_id
from portfolio.entries.inputs import too_long
from portfolio.entries.models import Attachment, Entry, LooseFile, Share, SnapshotFile
from portfolio.entries.readers_log import note_reading
from portfolio.entries.reading import OpenEntry, find_entry, get_entry
from portfolio.errors import NotVisible, Refused
from portfolio.files import Accepted, Store
from portfolio.i18n import gettext as _
from portfolio.markdown import clean
from portfolio.scope import Scope

ANSWERS = ("no", "yes", "unknown")
PER_ENTRY = 20
ALT_LENGTH = 500
UPLOAD_TAKES = dt.timedelta(hours=1)
"""At most: until then the bytes of an upload under way, not yet an attachment, aren't removed as loose."""


@dataclass(frozen=True)
class File:
    """A file with an entry."""

    id: uuid.UUID
    filename: str
    media_type: str
    size: int
    alt: str
    pupils: str

    @property
    def locked(self) -> bool:
        """Pupils are, or may be, recognisable: it stays with its owner."""
        return self.pupils != "no"

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


def put_bytes(database: Database, store: Store, data: bytes, now: dt.datetime) -> uuid.UUID:
    """Put bytes in the store, before any transaction of the request; returns their key.

    Until `add_file` claims it the key is a loose file, so that an interruption leaves nothing behind for ever.
    """
    key = new_id()
    with database.aside() as session:
        session.add(LooseFile(key=key, since=now + UPLOAD_TAKES))
    store.put(key.hex, data)
    return key


def add_file(
    scope: Scope, entry_id: uuid.UUID, key: uuid.UUID, accepted: Accepted, filename: str, *,
    alt: str, pupils: str, most: int,
) -> uuid.UUID:  # fmt: skip
    """Add stored bytes to an entry as a file. `most` is what a portfolio's files may hold together, in bytes.

    Raises Refused when the question about pupils has no answer, the entry is shared and the answer isn't "no", or
    there is no room.
    """
    entry = get_entry(scope, entry_id, WRITE)
    if entry.deleted_at is not None:
        raise NotVisible(str(entry_id))
    if pupils not in ANSWERS:
        raise Refused({"pupils": _("Answer this first: it decides whether the file can be shared.")})
    if pupils != "no" and _is_shared(scope, entry_id):
        raise Refused(
            {"pupils": _("This entry is shared. Stop sharing first, or add a file without recognisable pupils.")}
        )
    alt = " ".join(clean(alt).split())
    if len(alt) > ALT_LENGTH:
        raise Refused({"alt": too_long(ALT_LENGTH, len(alt))})
    used, here = _room(scope, entry)
    if here >= PER_ENTRY:
        raise Refused({"file": _("An entry holds at most %(limit)s files.", limit=PER_ENTRY)})
    if used + len(accepted.data) > most:
        raise Refused({"file": _("Your files fill the room there is. Remove one first.")})
    scope.session.execute(
        insert(Attachment).values(
            id=key,
            entry_id=entry_id,
            filename=filename,
            media_type=accepted.media_type,
            size=len(accepted.data),
            sha256=hashlib.sha256(accepted.data).hexdigest(),
            alt=alt,
            pupils=pupils,
            added_at=scope.now,
        )
    )
    scope.session.execute(delete(LooseFile).where(LooseFile.key == key))
    return key


def answer_pupils(scope: Scope, entry_id: uuid.UUID, file_id: uuid.UUID, pupils: str) -> None:
    """Change the answer about pupils.

    Raises Refused for what is no answer, or one that would lock a file that is shared; NotVisible for a file that isn't
    this entry's.
    """
    get_entry(scope, entry_id, KEEP)
    if pupils not in ANSWERS:
        raise Refused({"pupils": _("Choose one of these.")})
    if pupils != "no" and _is_shared(scope, entry_id):
        raise Refused({"pupils": _("This entry is shared. Stop sharing first, or remove the file.")})
    changed = scope.session.execute(
        update(Attachment).where(Attachment.id == file_id, Attachment.entry_id == entry_id).values(pupils=pupils)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise NotVisible(str(file_id))
    # It is kept with what was handed over of it: who finds pupils on a file may well remove that next.
    scope.session.execute(
        update(SnapshotFile).where(SnapshotFile.attachment_id == file_id).values(locked=pupils != "no")
    )


def remove_file(scope: Scope, entry_id: uuid.UUID, file_id: uuid.UUID) -> None:
    """Remove a file from an entry; a job removes its bytes. Raises NotVisible for a file that isn't this entry's."""
    get_entry(scope, entry_id, KEEP)
    gone = scope.session.execute(
        delete(Attachment).where(Attachment.id == file_id, Attachment.entry_id == entry_id)
    )
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        raise NotVisible(str(file_id))
    scope.session.add(LooseFile(key=file_id, since=scope.now))


def get_file(scope: Scope, file_id: uuid.UUID) -> File:
    """A file the viewer may read: its entry is open to them, and it isn't locked or it's their own. Raises NotVisible.

    The access log has it as a reading.
    """
    row = scope.session.execute(
        select(
            Attachment.id,
            Attachment.filename,
            Attachment.media_type,
            Attachment.size,
            Attachment.alt,
            Attachment.pupils,
            Attachment.entry_id,
        ).where(Attachment.id == file_id)
    ).one_or_none()
    if row is None:
        raise NotVisible(str(file_id))
    entry = find_entry(scope, row.entry_id, READ)
    file = File(*row[:6])
    if entry is None or (not entry.mine and (file.locked or entry.deleted_at is not None)):
        raise NotVisible(str(file_id))
    note_reading(scope, entry)
    return file


def _is_shared(scope: Scope, entry_id: uuid.UUID) -> bool:
    running = select(func.count()).select_from(Share).where(Share.entry_id == entry_id, Share.running(scope.today))
    return bool(scope.session.execute(running).scalar_one())


def _room(scope: Scope, entry: OpenEntry) -> tuple[int, int]:
    used, here = scope.session.execute(
        select(
            func.coalesce(func.sum(Attachment.size), 0),
            func.count().filter(Attachment.entry_id == entry.id),
        )
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Entry.portfolio_id == entry.portfolio_id)
    ).one()
    return int(used), int(here)
