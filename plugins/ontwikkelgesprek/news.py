"""Kinds of news about a conversation, told to the other of the two. None says who it is about, or what was written."""

from __future__ import annotations

import uuid

from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.settings import NAME

from portfolio.contributions import NoticeKind
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.telling import notify
from portfolio.scope import Scope

HOME = f"{NAME}.together"
PLANNED = NoticeKind(
    f"{NAME}.planned",
    _l("A conversation is planned, changed or called off"),
    _l("A conversation is planned, changed or called off"),
    endpoint=HOME,
    rhythm="now",
)
RELEASED = NoticeKind(
    f"{NAME}.released",
    _l("The other released their preparation, or both are open"),
    _l("A preparation for a conversation is released"),
    endpoint=HOME,
)
ANSWER = NoticeKind(
    f"{NAME}.answer",
    _l("A report or agreements wait for your answer"),
    _l("What was written about a conversation waits for your answer"),
    endpoint=HOME,
)
SETTLED = NoticeKind(
    f"{NAME}.settled",
    _l("A report is settled"),
    _l("The report of a conversation is settled"),
    endpoint=HOME,
)
NOTICES = (PLANNED, RELEASED, ANSWER, SETTLED)


def tell_other(scope: Scope, talk: Talk, kind: NoticeKind) -> None:
    """Tell the other of the two, as long as they are there to read it. One query."""
    if talk.leader_there:
        tell(scope, talk.portfolio_id, kind, talk.teacher_id, talk.leader_id)


def tell(scope: Scope, place: uuid.UUID, kind: NoticeKind, *people: uuid.UUID | None) -> None:
    """Tell these people, less the viewer, about what they have together there. One query."""
    notify(scope, kind, [one for one in people if one is not None], portfolio_id=place)
