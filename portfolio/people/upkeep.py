"""What the people room keeps is kept no longer than it is good for: ended sign-ins, old tries, used links, old logs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.entries.readers_log import purge_readings
from portfolio.jobs.service import JobContext, periodic
from portfolio.people import accounts, closing, leading, roster_importing  # noqa: F401 - they bring jobs of their own
from portfolio.people.limits import LONGEST_WINDOW
from portfolio.people.models import Attempt, OneTimeLink, PluginFailure, RecoveryWait, SecurityEvent, SignIn
from portfolio.people.roster_models import Roster
from portfolio.people.sessions import SCHOOL_CODE_LASTS

FAILURES_KEPT = dt.timedelta(days=90)
LINKS_KEPT = dt.timedelta(days=30)
"""After their end: until then the page of a used link can say that it was used."""


@periodic("purge-accounts", every=dt.timedelta(hours=1))
def purge_accounts(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Delete sign-ins that ended, tries nobody counts any more, files of people, and old links and waits."""
    now = context.now
    idle_since = now - dt.timedelta(minutes=context.settings.session_idle_minutes)
    session.execute(delete(SignIn).where(or_(SignIn.ends_at <= now, SignIn.last_seen_at <= idle_since)))
    session.execute(delete(Attempt).where(Attempt.at <= now - LONGEST_WINDOW))
    session.execute(delete(OneTimeLink).where(OneTimeLink.ends_at <= now - LINKS_KEPT))
    session.execute(delete(Roster).where(Roster.ends_at <= now))
    session.execute(delete(RecoveryWait).where(RecoveryWait.ends_at <= now - SCHOOL_CODE_LASTS))


@periodic("purge-logs", every=dt.timedelta(days=1))
def purge_logs(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Delete lines of the security log and of the access log after the days the operator set."""
    days = context.settings.access_log_days
    session.execute(delete(SecurityEvent).where(SecurityEvent.at < context.now - dt.timedelta(days=days)))
    session.execute(delete(PluginFailure).where(PluginFailure.day < day_of(context.now) - FAILURES_KEPT))
    purge_readings(session, day_of(context.now), days)
