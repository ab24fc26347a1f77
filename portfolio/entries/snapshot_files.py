"""Files that are handed over: copies with keys of their own, so that a snapshot outlives the file it was taken from.

A service talks to no store: it writes the rows, and a job copies the bytes. Until then they are read where they were,
and no sweep removes them there.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from portfolio.among import any_of, ids
from portfolio.entries.attaching import UPLOAD_TAKES
from portfolio.entries.models import Attachment, LooseFile, Snapshot, SnapshotFile
from portfolio.files import FolderStore, MissingFile, Store
from portfolio.inserting import add_new
from portfolio.jobs.service import Finish, JobContext, add_job, outside_job
from portfolio.scope import Scope

COPY = "copy-snapshot-files"
BATCH = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HandedFile:
    """A file that was handed over with a snapshot."""

    id: uuid.UUID
    attachment_id: uuid.UUID
    origin_id: uuid.UUID | None
    filename: str
    media_type: str
    size: int
    sha256: str
    alt: str
    locked: bool = False
    """It may show pupils, as its author found out since: nobody else is told that it is there."""

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def facts(self) -> dict[str, Any]:
        """What the fingerprint says of it."""
        return {"filename": self.filename, "media_type": self.media_type, "sha256": self.sha256, "alt": self.alt}


COLUMNS = (
    SnapshotFile.id, SnapshotFile.attachment_id, SnapshotFile.origin_id, SnapshotFile.filename,
    SnapshotFile.media_type, SnapshotFile.size, SnapshotFile.sha256, SnapshotFile.alt, SnapshotFile.locked,
)  # fmt: skip
"""As `HandedFile` takes them."""


def files_of(scope: Scope, entry_id: uuid.UUID) -> tuple[list[HandedFile], bool]:
    """Copies-to-be of an entry's files, less the locked ones; and whether there are locked ones. One query.

    The files stay as they are until this transaction ends: whoever removes one waits.
    """
    rows = scope.session.execute(
        select(
            Attachment.id, Attachment.origin_id, Attachment.filename, Attachment.media_type, Attachment.size,
            Attachment.sha256, Attachment.alt, Attachment.pupils,
        )
        .where(Attachment.entry_id == entry_id)
        .order_by(Attachment.added_at, Attachment.id)
        .with_for_update(read=True)
    ).all()  # fmt: skip
    # Random: their addresses are on the leader's page, and an id made in order tells at what hour this was chosen.
    found = [HandedFile(uuid.uuid4(), *row[:7]) for row in rows if row.pupils == "no"]
    return found, len(found) < len(rows)


def own_image(files: Sequence[HandedFile]) -> Any:
    """For the renderer: the address of a handed-over picture, by whatever name the text gives it."""
    names = [(str(name), file.id) for file in files for name in (file.attachment_id, file.origin_id) if name]
    known = {name: f"/files/handed-over/{key}" for name, key in names}
    return lambda name: known.get(name.lower())


def add_files(scope: Scope, snapshot_id: uuid.UUID, files: list[HandedFile]) -> None:
    """Write the rows of a snapshot's files, and ask for the copying of their bytes."""
    if not files:
        return
    rows = [{"snapshot_id": snapshot_id, "copied": False, **vars(file)} for file in files]
    scope.session.execute(insert(SnapshotFile), rows)
    add_job(scope.session, COPY, {}, run_at=scope.now, unique_key=COPY)


def read_bytes(store: Store, file: HandedFile) -> bytes:
    """The bytes, at its own key or where they were copied from. Raises MissingFile."""
    try:
        return store.get(file.id.hex)
    except MissingFile:
        return store.get(file.attachment_id.hex)


def let_go(session: Session, now: dt.datetime, *of: ColumnElement[bool]) -> None:
    """Before the snapshots `of` which this holds are erased: their files' rows go, their bytes become loose."""
    gone = session.scalars(
        delete(SnapshotFile)
        .where(SnapshotFile.snapshot_id.in_(select(Snapshot.id).where(*of)))
        .returning(SnapshotFile.id)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        add_new(session, LooseFile, [{"key": key, "since": now} for key in gone])


def erase_snapshots(session: Session, now: dt.datetime, *of: ColumnElement[bool]) -> None:
    """Erase the snapshots of which this holds, with their files."""
    let_go(session, now, *of)
    session.execute(delete(Snapshot).where(*of).execution_options(synchronize_session=False))


def in_use() -> ColumnElement[bool]:
    """Condition on `loose_file`: bytes of that key belong to a file that was handed over, or have yet to be copied."""
    not_yet = (SnapshotFile.attachment_id == LooseFile.key) & SnapshotFile.copied.is_(False)
    return exists().where(or_(SnapshotFile.id == LooseFile.key, not_yet)).correlate(LooseFile)


@outside_job(COPY)
def copy_files(payload: Mapping[str, Any], context: JobContext) -> Finish:
    """Copy the bytes of files that were handed over to keys of their own.

    Its keys are loose until their rows say so: should one be withdrawn meanwhile, its bytes don't stay behind.
    """
    with context.database.read() as session:
        waiting = session.execute(
            select(SnapshotFile.id, SnapshotFile.attachment_id).where(SnapshotFile.copied.is_(False)).limit(BATCH)
        ).all()
    store = FolderStore(context.settings.files)
    if waiting:
        with context.database.aside() as session:
            add_new(session, LooseFile, [{"key": row.id, "since": context.now + UPLOAD_TAKES} for row in waiting])
    for row in waiting:
        try:
            store.put(row.id.hex, store.get(row.attachment_id.hex))
        except MissingFile:
            log.error("a file that was handed over has no bytes: %s", row.id)
    keys = {"keys": [row.id for row in waiting]}

    def finish(session: Session) -> None:
        if not waiting:
            return
        copied = session.scalars(_COPIED, keys).all()
        session.execute(_GIVE_BACK, {"keys": list(copied)})
        if len(waiting) == BATCH:
            add_job(session, COPY, {})

    return finish


_COPIED = (
    update(SnapshotFile)
    .where(any_of(SnapshotFile.id, ids("keys")))
    .values(copied=True)
    .returning(SnapshotFile.id)
    .execution_options(synchronize_session=False)
)
_GIVE_BACK = (
    delete(LooseFile).where(any_of(LooseFile.key, ids("keys"))).execution_options(synchronize_session=False)
)


def ask_for_copies(session: Session) -> None:
    """Have files copied that still wait for it, if there are any."""
    if session.scalars(select(SnapshotFile.id).where(SnapshotFile.copied.is_(False)).limit(1)).first():
        add_job(session, COPY, {}, unique_key=COPY)
