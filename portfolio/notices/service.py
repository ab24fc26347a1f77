"""Asking for mail: it is written to the outbox in the caller's transaction, together with the job that sends it.

A mail says that there is something to read and where, never what: the texts people write stay in the portfolio.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.clock import now
from portfolio.db import new_id
from portfolio.i18n import DEFAULT, LazyText, speaking
from portfolio.jobs.service import add_job
from portfolio.notices.addresses import clean_address
from portfolio.notices.models import Mail
from portfolio.notices.sending import SEND_MAIL

LONGEST_SUBJECT = 200


class SubjectError(ValueError):
    """A subject is empty, too long, or has a line break or control character in it."""


def queue_mail(
    session: Session,
    *,
    to: str,
    subject: str | LazyText,
    body: str | LazyText,
    person_id: uuid.UUID | None = None,
    about_id: uuid.UUID | None = None,
    language: str = DEFAULT,
    send_at: dt.datetime | None = None,
    unsubscribe: str = "",
) -> Mail:
    """Put a mail in the outbox, to be sent when the caller's transaction has been committed; returns it.

    Lazy texts are written in `language`. Without SMTP settings the mail just stays in the outbox, and settings made
    later don't send it: by then it says nothing true. A mail may name one person besides its reader, and then says
    who that is (`about_id`): it goes with that account. It leaves at `send_at`, or at once. With
    `unsubscribe`, an address, its reader can stop mails like it. Raises AddressError or SubjectError.
    """
    address = clean_address(to)
    with speaking(language):
        subject, body = str(subject).strip(" "), str(body)
    if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise SubjectError(f"a subject is one line of 1 to {LONGEST_SUBJECT} characters")
    mail = Mail(
        id=new_id(), person_id=person_id, about_id=about_id, to_address=address, subject=subject, body=body,
        unsubscribe=unsubscribe, language=language, created_at=now(),
    )  # fmt: skip
    session.add(mail)
    add_job(session, SEND_MAIL, {"mail": str(mail.id)}, person_id=person_id, run_at=send_at)
    return mail


def list_mails(session: Session, *, of: uuid.UUID | None = None, limit: int = 100) -> Sequence[Mail]:
    """The outbox, newest first; only one person's mail, if told whose."""
    newest = select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit)
    return session.scalars(newest if of is None else newest.where(Mail.person_id == of)).all()
