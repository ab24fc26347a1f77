"""The job that sends a mail from the outbox, and the one that empties the outbox after a month."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portfolio.clock import now
from portfolio.jobs.service import Finish, JobContext, outside_job, periodic
from portfolio.notices.models import Mail
from portfolio.notices.smtp import build_message, deliver, is_refusal, make_message_id

SEND_MAIL = "send-mail"
ATTEMPTS = 16
"""About a day and a half, with the waits between them."""
KEPT = dt.timedelta(days=30)


@outside_job(SEND_MAIL, max_attempts=ATTEMPTS)
def send_mail(payload: Mapping[str, Any], context: JobContext) -> Finish | None:
    """Send the mail of `payload`, unless it is gone, was sent, or there is no server to send it with.

    When this process dies between the server's yes and our writing it down, the mail goes again with its Message-ID.
    """
    if not context.settings.smtp_url:
        return None
    mail_id = uuid.UUID(payload["mail"])
    with context.database.write() as session:
        mail = session.get(Mail, mail_id)
        if mail is None or mail.sent_at is not None:
            return None
        mail.message_id = mail.message_id or make_message_id(mail, context.settings)
        mail.attempts += 1
    try:
        deliver(build_message(mail, context.settings), context.settings)
    except Exception as error:
        name = type(error).__name__
        if is_refusal(error):
            return lambda session: _note(session, mail_id, error=name, given_up=True)
        with context.database.write() as session:
            _note(session, mail_id, error=name, given_up=context.last_attempt)
        raise
    return lambda session: _note(session, mail_id, error="", sent=True)


@periodic("purge-mail", every=dt.timedelta(days=1))
def purge_mail(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Delete mails older than thirty days, sent or not."""
    session.execute(delete(Mail).where(Mail.created_at < context.now - KEPT))


def _note(session: Session, mail_id: uuid.UUID, *, error: str, sent: bool = False, given_up: bool = False) -> None:
    """Write down how an attempt ended; the account may have been erased meanwhile, and the mail with it."""
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        return
    mail.last_error = error[:100]
    if sent:
        mail.sent_at = now()
    if given_up:
        mail.given_up_at = now()
    if sent or given_up:
        mail.body = mail.unsubscribe = ""
