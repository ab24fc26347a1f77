"""Which dossiers were printed: the fingerprint, by whose side and when. So that a paper can be checked years later."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio_plugins.ontwikkelgesprek.models import Conversation
from sqlalchemy import ForeignKey, Uuid, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portfolio.db import Base, Code
from portfolio.inserting import add_new
from portfolio.scope import Scope

if TYPE_CHECKING:
    from portfolio_plugins.ontwikkelgesprek.dossier import Dossier

SHORTEST = 12
"""Signs of a fingerprint that are enough to find it by."""
MOST = 10


class Print(Base):
    """One side printed this on this day, at first at that moment."""

    __tablename__ = "ontwikkelgesprek_print"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("ontwikkelgesprek_conversation.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(Code, primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    agreed_sha256: Mapped[str]
    """The same without what was handed over, which closes or is taken back by itself."""
    at: Mapped[dt.datetime]


@dataclass(frozen=True)
class Printed:
    """A print that was found by its fingerprint."""

    conversation_id: uuid.UUID
    sha256: str
    side: str
    agreed_sha256: str
    at: dt.datetime


_FOUND = (
    select(Print.conversation_id, Print.sha256, Print.side, Print.agreed_sha256, Print.at)
    .join(Conversation, Conversation.id == Print.conversation_id)
    .where(
        Conversation.portfolio_id == bindparam("place", type_=Uuid()),
        or_(Conversation.teacher_id == bindparam("me"), Conversation.leader_id == bindparam("me")),
        Print.sha256 >= bindparam("low"),
        Print.sha256 <= bindparam("high"),
    )
    .order_by(Print.at, Print.side)
    .limit(MOST)
)


def note_print(scope: Scope, dossier: Dossier) -> None:
    """Have it noted, after this request, that the viewer printed this; once a day is enough."""
    row: dict[str, Any] = {
        "conversation_id": dossier.talk.id, "sha256": dossier.sha256, "side": dossier.talk.side, "day": scope.today,
        "agreed_sha256": dossier.agreed_sha256, "at": scope.now,
    }  # fmt: skip

    def write(session: Session) -> None:
        add_new(session, Print, [row])

    scope.after.append(write)


def find_prints(scope: Scope, fingerprint: str) -> list[Printed]:
    """Prints of the viewer's conversations here whose fingerprint begins so, the first one first. One query."""
    values = {"place": scope.portfolio_id, "me": scope.me.id, "low": fingerprint, "high": fingerprint + "g"}
    return [Printed(*row) for row in scope.rows(_FOUND, values)]
