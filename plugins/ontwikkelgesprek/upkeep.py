"""What happens by itself once a term is over: points and agreements go, and the log of the conversation says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from portfolio_plugins.ontwikkelgesprek import log
from portfolio_plugins.ontwikkelgesprek.models import Agreement, Conversation, Point
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portfolio.entries.models import RECORD
from portfolio.entries.purging import Purged, on_purged
from portfolio.jobs.service import JobContext, periodic


@periodic("ontwikkelgesprek-close", every=dt.timedelta(hours=6))
def close_items(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Erase the points of conversations whose term is over, and have their log say what is gone.

    What was handed over is closed at that very moment to who isn't its writer, and erased by the trunk's own job.
    """
    over = session.scalars(
        select(Conversation.id)
        .where(Conversation.items_until <= context.now, Conversation.items_gone_at.is_(None))
        .with_for_update()
    ).all()
    if not over:
        return
    session.execute(delete(Point).where(Point.conversation_id.in_(over)).execution_options(synchronize_session=False))
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(over))
        .values(items_gone_at=context.now)
        .execution_options(synchronize_session=False)
    )
    log.write_lines(session, [(one, "", log.ITEMS_GONE) for one in over], context.now)


@on_purged(NAME)
def tell_purged(session: Session, purged: Sequence[Purged], now: dt.datetime) -> None:
    """The settled report is gone: its agreements go too, and the log says so."""
    about = [one.about for one in purged if one.role == RECORD]
    there = session.scalars(select(Conversation.id).where(Conversation.id.in_(about))).all()
    session.execute(
        delete(Agreement).where(Agreement.conversation_id.in_(there)).execution_options(synchronize_session=False)
    )
    log.write_lines(session, [(one, "", log.RECORD_GONE) for one in there], now)
