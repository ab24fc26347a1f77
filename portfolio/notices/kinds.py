"""The core's kinds of news, and how often somebody wants mail about a kind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from portfolio.clock import day_of, moment_of
from portfolio.contributions import NoticeKind
from portfolio.i18n import lazy_gettext as _l

NOW, DAILY, WEEKLY, NEVER = "now", "daily", "weekly", "never"
RHYTHMS = {
    NOW: _l("a mail at once"),
    DAILY: _l("at most one mail a day"),
    WEEKLY: _l("at most one mail a week"),
    NEVER: _l("no mail"),
}
ALL = "all"
"""Stands for every kind that isn't named, also one that comes later."""
MORNING, MONDAY = dt.time(7), 0

COMMENT = NoticeKind("comment", _l("Somebody writes about a text of mine"), _l("%(who)s wrote about “%(title)s”"))
REPLY = NoticeKind("reply", _l("Somebody answers me"), _l("%(who)s answered about “%(title)s”"))
SHARED = NoticeKind("shared", _l("Somebody shares a text with me"), _l("%(who)s shares “%(title)s” with you"))
CHANGED = NoticeKind(
    "changed", _l("A text that is shared with me changes"), _l("%(who)s changed “%(title)s”"), rhythm=WEEKLY
)
COACH = NoticeKind("coach", _l("A coach is proposed to me"), _l("Your school proposes a coach to you"), rhythm=NOW)
CIRCLE = NoticeKind("circle", _l("Somebody asks me into a circle"), _l("There is a question for you"), rhythm=NOW)
COHORT = NoticeKind(
    "cohort", _l("My school is asked to take part in a cohort"),
    _l("A school asks whether yours takes part in a cohort"), rhythm=NOW,
)  # fmt: skip
OWN = {kind.code: kind for kind in (COMMENT, REPLY, SHARED, CHANGED, COACH, CIRCLE, COHORT)}
"""The core's, in the order in which they are told."""


def rhythm_of(kind: NoticeKind, chosen: Mapping[str, Any]) -> str:
    """How somebody who chose so wants mail about this kind."""
    found = chosen.get(kind.code, chosen.get(ALL, kind.rhythm))
    return found if found in RHYTHMS else NEVER


def mail_due(rhythm: str, now: dt.datetime) -> dt.datetime | None:
    """When a mail may tell what happens now: at once, the next morning, the next Monday morning, or never."""
    if rhythm == NEVER:
        return None
    if rhythm == NOW:
        return now
    day = day_of(now)
    while (moment := morning_of(day)) <= now or (rhythm == WEEKLY and day.weekday() != MONDAY):
        day += dt.timedelta(days=1)
    return moment


def morning_of(day: dt.date) -> dt.datetime:
    """When mails of a day leave."""
    return moment_of(day, MORNING)


def bundle(code: str, thing: uuid.UUID, actor: uuid.UUID | None) -> str:
    """What is one line in somebody's news, as one word: a kind, about a thing, by one person or nobody named."""
    return f"{code}:{thing.hex}:{actor.hex if actor else ''}"


def spot(code: str, portfolio_id: uuid.UUID) -> str:
    """A kind of news in a place, as one word."""
    return f"{code}:{portfolio_id.hex}"
