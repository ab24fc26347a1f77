"""What is no entry: a conversation with who released what when, its agreements and points, and its log.

Preparations, report and addition are entries in the joint portfolio, named by the conversation. What the teacher hands
over, and what the two settled, is kept by the trunk (`entries/snapshots.py`), `about` the conversation's id.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, Code, new_id

TEACHER, LEADER = "teacher", "leader"
"""The two sides."""
BOTH = "both"
"""Who does what is agreed: one of the sides, or both."""
AGREE, DIFFER = "agree", "differ"
"""What a side says about report, addition and agreements together."""


def _entry() -> Any:
    return mapped_column(ForeignKey("entry.id", ondelete="SET NULL"), index=True)


class Conversation(Base):
    """One conversation of a teacher and their leader. It goes with the teacher, and with the joint portfolio."""

    __tablename__ = "ontwikkelgesprek_conversation"
    __table_args__ = (Index(None, "portfolio_id", "planned_on", "id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"))
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    leader_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    """Grows with each change of what was planned: who saves on top of another change is told."""
    kind: Mapped[str] = mapped_column(Code)
    planned_on: Mapped[dt.date]
    begins_at: Mapped[str] = mapped_column(default="")
    """Time of the day, as 14:30; or nothing."""
    place: Mapped[str] = mapped_column(default="")
    planned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    cancelled_at: Mapped[dt.datetime | None]

    teacher_part_id: Mapped[uuid.UUID | None] = _entry()
    leader_part_id: Mapped[uuid.UUID | None] = _entry()
    teacher_released_at: Mapped[dt.datetime | None]
    leader_released_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]
    """Both had released: from then on each reads the other's part, and the leader what was handed over."""

    report_id: Mapped[uuid.UUID | None] = _entry()
    addition_id: Mapped[uuid.UUID | None] = _entry()
    agreements_number: Mapped[int] = mapped_column(default=0)
    """Grows with each change of the agreements."""
    teacher_answer: Mapped[str] = mapped_column(Code, default="")
    teacher_note: Mapped[str] = mapped_column(default="")
    teacher_answered_at: Mapped[dt.datetime | None]
    teacher_answered_to: Mapped[str] = mapped_column(default="")
    """What the answer was about (see `reporting.version_of`): after any change it counts no more."""
    leader_answer: Mapped[str] = mapped_column(Code, default="")
    leader_note: Mapped[str] = mapped_column(default="")
    leader_answered_at: Mapped[dt.datetime | None]
    leader_answered_to: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[dt.datetime | None]
    items_until: Mapped[dt.datetime | None] = mapped_column(index=True)
    """From this moment on the leader keeps report and agreements only: set when it opens, sooner when it is settled."""
    items_gone_at: Mapped[dt.datetime | None]
    """The job has erased them."""


class Agreement(Base):
    """Something the two agreed."""

    __tablename__ = "ontwikkelgesprek_agreement"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("ontwikkelgesprek_conversation.id", ondelete="CASCADE"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(primary_key=True)
    """Its place in the list, from 0."""
    text: Mapped[str]
    who: Mapped[str] = mapped_column(Code)
    look_back_on: Mapped[dt.date | None]


class Point(Base):
    """Something one of the two wants to speak about, on the page of the talk. It goes with what was handed over."""

    __tablename__ = "ontwikkelgesprek_point"
    __table_args__ = (Index(None, "conversation_id", "written_at", "id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("ontwikkelgesprek_conversation.id", ondelete="CASCADE")
    )
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    written_at: Mapped[dt.datetime]


class LogLine(Base):
    """What happened to a conversation, for both: never what somebody wrote, nor that they began to."""

    __tablename__ = "ontwikkelgesprek_log"
    __table_args__ = (Index(None, "conversation_id", "at", "id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("ontwikkelgesprek_conversation.id", ondelete="CASCADE")
    )
    side: Mapped[str] = mapped_column(Code, default="")
    """Whose doing; empty for what happened by itself."""
    what: Mapped[str] = mapped_column(Code)
    at: Mapped[dt.datetime]
