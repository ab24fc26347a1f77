"""What the trunk lets go of by itself: entries a month in the bin, and bytes of files that belong to nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portfolio.entries.bin import purge_bin
from portfolio.entries.models import Attachment, LooseFile
from portfolio.files import FolderStore
from portfolio.jobs.service import JobContext, add_job, outside_job, periodic

BATCH = 500


@periodic("purge-bin", every=dt.timedelta(days=1))
def purge_bins(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Erase what was in a bin for the days the operator set, at most one batch a time."""
    if purge_bin(session, context.now, context.settings.bin_days):
        add_job(session, "sweep-files", {})


@periodic("find-loose-files", every=dt.timedelta(hours=6))
def find_loose_files(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Have loose files swept, if there are any."""
    if session.scalars(select(LooseFile.key).where(LooseFile.since <= context.now).limit(1)).first():
        add_job(session, "sweep-files", {})


@outside_job("sweep-files")
def sweep_files(payload: Mapping[str, Any], context: JobContext) -> Callable[[Session], None]:
    """Remove the bytes of loose files from the store, then forget them."""
    keys = _loose_keys(context)
    store = FolderStore(context.settings.files)
    for key in keys:
        store.delete(key.hex)
    store.sweep()

    def forget(session: Session) -> None:
        session.execute(delete(LooseFile).where(LooseFile.key.in_(keys)))
        if len(keys) == BATCH:
            add_job(session, "sweep-files", {})

    return forget


def _loose_keys(context: JobContext) -> list[uuid.UUID]:
    used = exists().where(Attachment.id == LooseFile.key)
    due = LooseFile.since <= context.now
    with context.database.read() as session:
        return list(session.scalars(select(LooseFile.key).where(due, ~used).limit(BATCH)))
