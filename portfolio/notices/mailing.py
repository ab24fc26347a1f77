"""The job that tells somebody by mail that there is news, and the one that forgets old news.

A mail says no more than that: no title, no name, not what it is about. Whether there is still something to be read is
looked at when it is written, in one transaction with the mark that it was. So whenever a worker ends, either both are
there or neither: nothing is lost and nothing told twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.contributions import NoticeKind
from portfolio.i18n import lazy_gettext as _l
from portfolio.jobs.service import JobContext, add_job_each, job_kind, periodic
from portfolio.notices.choosing import put_setting
from portfolio.notices.kinds import morning_of
from portfolio.notices.models import NewsSetting, Notice
from portfolio.notices.reading import has_news_to_mail, purge_notices
from portfolio.notices.stopping import stop_address
from portfolio.people.models import Person
from portfolio.scope import Viewer, open_scope

MAIL_NEWS = "mail-news"
EVERY = dt.timedelta(minutes=5)
"""So what somebody does in a row is one mail."""
REST = dt.timedelta(hours=1)
"""Between two mails to one person: a second one sooner would say nothing more."""
SUBJECT = _l("There is news in your portfolio")


@periodic("find-news", every=EVERY)
def find_news(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Ask for the job below for everybody to whom a mail is due: each is a short transaction of its own."""
    due = select(Notice.person_id).where(Notice.mail_due <= context.now, Notice.read_at.is_(None)).distinct()
    add_job_each(session, MAIL_NEWS, session.scalars(due).all(), context.now)


@job_kind(MAIL_NEWS)
def mail_news(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Tell a person that there is news, if there still is; while they rest from mail, it is due later."""
    found = select(Person).where(Person.id == context.person_id).with_for_update(key_share=True)
    person = session.scalars(found).one_or_none()
    if person is None:
        return
    waits = (Notice.person_id == person.id, Notice.mail_due.is_not(None), Notice.read_at.is_(None))
    due = session.scalar(select(func.min(Notice.mail_due)).where(*waits))
    if due is None or due > context.now:
        return
    later = _rests_until(session.get(NewsSetting, person.id), context.now)
    there = later is None and person.email is not None and _is_there(session, person, context)
    # Also what is due later: this mail tells of all there is.
    session.execute(update(Notice).where(*waits).values(mail_due=later).execution_options(synchronize_session=False))
    if there:
        _write(session, person, context)


@periodic("purge-news", every=dt.timedelta(days=1))
def purge_news(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Delete news read more than ninety days ago."""
    purge_notices(session, context.now)


def _rests_until(choice: NewsSetting | None, now: dt.datetime) -> dt.datetime | None:
    """Until when this person gets no mail: a pause, or a while after the last one; None when there may be one now."""
    ends = [now]
    if choice is not None and choice.mailed_at is not None:
        ends.append(choice.mailed_at + REST)
    if choice is not None and choice.paused_until is not None and choice.paused_until > day_of(now):
        ends.append(morning_of(choice.paused_until))
    return max(ends) if max(ends) > now else None


def _is_there(session: Session, person: Person, context: JobContext) -> bool:
    """Whether the person would find any of it, by the rules of the page that shows it."""
    from portfolio.jobs.loading import known_plugins

    registry = known_plugins()
    kinds: Mapping[str, NoticeKind] = registry.notice_kinds
    scope = open_scope(session, Viewer(person.id, person.name, person.language), registry.gate_of, context.now)
    return has_news_to_mail(scope, kinds)


def _write(session: Session, person: Person, context: JobContext) -> None:
    from portfolio.notices.service import queue_mail

    settings = context.settings
    stop = stop_address(settings, person.id)
    body = _l(
        "Hello %(name)s,\n\nThere is news in your portfolio. Sign in to read it:\n%(news)s\n\nDo you want these mails"
        " less often, or not for a while? Choose it here:\n%(choose)s\n\nNo more of these mails, without signing in:\n"
        "%(stop)s",
        name=person.name,
        news=f"{settings.base_url}/news",
        choose=f"{settings.base_url}/account/news",
        stop=stop,
    )
    queue_mail(
        session, to=person.email or "", subject=SUBJECT, body=body, person_id=person.id, language=person.language,
        unsubscribe=stop,
    )  # fmt: skip
    put_setting(session, person.id, mailed_at=context.now)
