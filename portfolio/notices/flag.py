"""Whether the top of a page says that there is something new: asked with the sign-in, so that no page pays for it.

It looks at less than the list of news does (which share reaches whom, and what is on, it leaves to that), so now and
then it says so of what is gone by now. It tells nothing else, and opening the list ends it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, func, or_, select

from portfolio.entries.models import Comment, Entry, Share
from portfolio.notices.kinds import COMMENT, REPLY
from portfolio.notices.models import Notice
from portfolio.people.models import CircleMember, Coaching, CohortPartner, Leadership

_HERE = bindparam("here", type_=Uuid())


def was_said() -> ColumnElement[bool]:
    """Condition on `notice`: if it is about words of somebody, there still are such."""
    there = exists().where(
        Comment.entry_id == Notice.entry_id,
        or_(Comment.author_id == Notice.actor_id, and_(Comment.author_id.is_(None), Notice.actor_id.is_(None))),
        Comment.written_at >= Notice.since,
    )
    return or_(Notice.kind.not_in((COMMENT.code, REPLY.code)), there)


def is_proposed(day: Any) -> ColumnElement[bool]:
    """Condition on `notice`: it is about a coach its reader hasn't answered about."""
    return exists().where(
        Coaching.id == Notice.coaching_id,
        Coaching.teacher_id == Notice.person_id,
        Coaching.accepted_at.is_(None),
        Coaching.not_over(day),
    )


def is_invited(day: Any) -> ColumnElement[bool]:
    """Condition on `notice`: it is about a circle its reader hasn't answered about."""
    return exists().where(
        CircleMember.id == Notice.membership_id,
        CircleMember.person_id == Notice.person_id,
        CircleMember.accepted_at.is_(None),
        CircleMember.running(day),
    )


def is_asked(day: Any) -> ColumnElement[bool]:
    """Condition on `notice`: it is about a cohort a school hasn't answered about."""
    waits = (CohortPartner.accepted_at.is_(None), CohortPartner.not_over(day))
    return exists().where(CohortPartner.id == Notice.partner_id, *waits).correlate(Notice)


def unread_elsewhere(person: Any, day: Any) -> ColumnElement[bool]:
    """Condition on `person`: there is unread news, other than about the entry `here`, that they seem to see."""
    led = exists().where(
        Leadership.leader_id == Notice.person_id,
        or_(Leadership.teacher_id == Notice.actor_id, Leadership.teacher_id == Entry.author_id),
        Leadership.running(day),
    )
    shared = exists().where(Share.entry_id == Entry.id, Share.running(day)).correlate(Entry)
    readable = and_(
        Entry.deleted_at.is_(None), or_(Entry.author_id == Notice.person_id, shared), was_said()
    )
    about = or_(readable, is_proposed(day), is_invited(day), is_asked(day), Notice.spot != "")
    found = (
        select(Notice.bundle)
        .outerjoin(Entry, Entry.id == Notice.entry_id)
        .where(
            Notice.person_id == person.id,
            Notice.read_at.is_(None),
            Notice.entry_id.is_distinct_from(_HERE),
            about,
            ~led.correlate(Notice, Entry),
        )
    )
    return found.correlate(person).exists()


def news_here(person: Any) -> Any:
    """Of a person's unread news about the entry `here`: when the last of it happened; NULL for none."""
    last = select(func.max(Notice.at)).where(
        Notice.person_id == person.id, Notice.read_at.is_(None), Notice.entry_id == _HERE
    )
    return last.correlate(person).scalar_subquery()
