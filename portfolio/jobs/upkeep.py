"""Keeping the job table itself small: what was given up, or never found a handler, goes after a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from portfolio.jobs.models import Job
from portfolio.jobs.service import JobContext, periodic

KEPT = dt.timedelta(days=30)


@periodic("purge-jobs", every=dt.timedelta(days=1))
def purge_jobs(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Delete jobs that were given up, or due and left (their plugin is gone), more than thirty days ago."""
    limit = context.now - KEPT
    session.execute(delete(Job).where(or_(Job.dead_at < limit, Job.run_at < limit), Job.id != context.job_id))
