"""Points for the talk: short lines that either puts on the page they share, erased with what was handed over."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk
from portfolio_plugins.ontwikkelgesprek.models import Point
from sqlalchemy import Uuid, bindparam, delete, func, select

from portfolio import once
from portfolio.entries.inputs import clean_line, too_long
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people.models import Person
from portfolio.scope import Scope

LENGTH = 500
MOST = 100
_TABLE: Any = Point.__table__
_HERE = Point.conversation_id == bindparam("talk", type_=Uuid())
_POINTS = (
    select(Point.id, Point.text, Point.author_id, Person.name)
    .join(Person, Person.id == Point.author_id)
    .where(_HERE)
    .order_by(Point.written_at, Point.id)
    .limit(MOST)
)


@dataclass(frozen=True)
class PointLine:
    """A point, and whose it is."""

    id: uuid.UUID
    text: str
    author_id: uuid.UUID
    author: str


def list_points(scope: Scope, talk: Talk) -> list[PointLine]:
    """The points, first one first; none any more once their term is over, erased or not. One query."""
    if talk.items_over(scope.now):
        return []
    return [PointLine(*row) for row in scope.rows(_POINTS, {"talk": talk.id})]


def add_point(scope: Scope, talk_id: uuid.UUID, text: str, form_id: uuid.UUID | None) -> None:
    """Put a point on the page; the same one sent again is there once. Raises Refused, NotAllowed once it is settled."""
    talk = get_talk(scope, talk_id)
    if not talk.can_report:
        raise NotAllowed("point")
    text = clean_line(text)
    if not text:
        raise Refused({"text": _("Please write something here.")})
    if len(text) > LENGTH:
        raise Refused({"text": too_long(LENGTH, len(text))})
    if scope.rows(select(func.count()).select_from(Point).where(_HERE), {"talk": talk_id}).scalar_one() >= MOST:
        raise Refused({"text": _("At most %(most)s lines fit here.", most=MOST)})
    values = {"conversation_id": talk_id, "author_id": scope.me.id, "text": text}
    same = select(Point.id).where(*(_TABLE.c[name] == value for name, value in values.items()))

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        return scope.rows(same.where(Point.written_at >= since).limit(1)).scalar()

    once.add_row(scope, _TABLE, values | {"written_at": scope.now}, form_id, [text, talk_id], find_same)


def remove_point(scope: Scope, talk_id: uuid.UUID, point_id: uuid.UUID) -> None:
    """Take one's own point off again. Raises NotVisible for another's, NotAllowed once it is settled."""
    talk = get_talk(scope, talk_id)
    if not talk.can_report:
        raise NotAllowed("point")
    gone = scope.session.execute(
        delete(Point).where(
            Point.id == point_id, Point.conversation_id == talk_id, Point.author_id == scope.me.id
        )
    )
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        raise NotVisible(str(point_id))
