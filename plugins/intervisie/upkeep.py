"""What happens by itself: lines written during a session are erased once its term is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portfolio_plugins.intervisie.models import Line, Meeting
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.jobs.service import JobContext, periodic


@periodic("intervisie-erase-lines", every=dt.timedelta(hours=12))
def erase_lines(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Erase the lines of every session whose term is over. Nobody could read them from that day on."""
    over = select(Meeting.id).where(Meeting.closes_on <= day_of(context.now))
    session.execute(delete(Line).where(Line.session_id.in_(over)).execution_options(synchronize_session=False))
