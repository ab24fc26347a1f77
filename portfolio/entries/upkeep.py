"""What the trunk does by itself: old entries leave the bin, bytes of loose files go, and what sleeps sleeps on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.entries.bin import purge_bin
from portfolio.entries.models import Attachment, LooseFile, Share
from portfolio.entries.purging import purge_snapshots
from portfolio.entries.snapshot_files import ask_for_copies, in_use
from portfolio.files import FolderStore
from portfolio.gate import chain_runs
from portfolio.jobs.service import JobContext, add_job, job_kind, outside_job, periodic

BATCH = 500


@periodic("purge-bin", every=dt.timedelta(days=1))
def purge_bins(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Erase what was in a bin for the days the operator set, at most one batch a time."""
    if purge_bin(session, context.now, context.settings.bin_days):
        add_job(session, "sweep-files", {})


@periodic("find-loose-files", every=dt.timedelta(hours=6))
def find_loose_files(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Have loose files swept, if there are any; and what was handed over copied, should that have been missed."""
    ask_for_copies(session)
    if session.scalars(select(LooseFile.key).where(LooseFile.since <= context.now).limit(1)).first():
        add_job(session, "sweep-files", {})


@periodic("purge-snapshots", every=dt.timedelta(hours=12))
def purge_closed(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Erase what was handed over and has closed; from that moment on nobody but its author read it anyway."""
    if purge_snapshots(session, context.now):
        add_job(session, "purge-more-snapshots", {})


@job_kind("purge-more-snapshots")
def purge_more(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """The next batch of the same."""
    purge_closed(session, payload, context)


@periodic("put-shares-to-sleep", every=dt.timedelta(hours=6))
def put_shares_to_sleep(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """A share whose plugin is off for its owner names no chain any more: it sleeps until they confirm it.

    Otherwise it would wake by itself when they come (back) to a cohort in which the same chain goes on. More often than
    daily: a day on which the clocks go forward is shorter, and no day may be missed.
    """
    off = (Share.chain.is_not(None), Share.running(day_of(context.now)), ~chain_runs())
    asleep = update(Share).where(*off).values(chain=None).execution_options(synchronize_session=False)
    session.execute(asleep, {"day": day_of(context.now)})


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
    used = exists().where(Attachment.id == LooseFile.key) | in_use()
    due = LooseFile.since <= context.now
    with context.database.read() as session:
        return list(session.scalars(select(LooseFile.key).where(due, ~used).limit(BATCH)))
