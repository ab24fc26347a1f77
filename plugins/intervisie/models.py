"""What is no entry: a group's agreements, its sessions, and the lines written during one.

A group is a circle; it is named here by its portfolio, which goes with the circle. Case, advice, take-aways,
evaluations and patterns are entries, tied to a session by `intervisie_session_entry`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, Code, new_id

PLANNED, OPEN, DONE, CANCELLED = "planned", "open", "done", "cancelled"
QUESTION, POSITION, NOTE = "question", "position", "note"
"""What a line is. A note is its writer's alone."""
MARKS = ("cold", "lukewarm", "warm")
"""How close a question comes."""
ADVICE, TAKE_AWAY, EVALUATION, PATTERN = "advice", "take_away", "evaluation", "pattern"
"""What an entry is to a session; its case is named by the session itself."""


class Group(Base):
    """A circle's agreements, with a number that grows at each change: everybody then confirms anew."""

    __tablename__ = "intervisie_group"
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True)
    agreements: Mapped[str] = mapped_column(default="")
    number: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Confirmation(Base):
    """Somebody agreed to the agreements with that number."""

    __tablename__ = "intervisie_confirmation"
    portfolio_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("intervisie_group.portfolio_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    confirmed_at: Mapped[dt.datetime]


class Meeting(Base):
    """One session of a group, in the state it has and the step it is at. A `Session` is a database's here."""

    __tablename__ = "intervisie_session"
    __table_args__ = (Index(None, "portfolio_id", "day", "id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    """Grows with each change of what was planned: who saves on top of another change is told."""
    day: Mapped[dt.date]
    closes_on: Mapped[dt.date] = mapped_column(index=True)
    """From this day on lines, case and advice are closed to the others."""
    begins_at: Mapped[str] = mapped_column(default="")
    """Time of the day, as 19:30; or nothing."""
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    """To a meeting online."""
    method: Mapped[str] = mapped_column(Code)
    frozen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The method as it was then: see `methods.thaw`."""
    state: Mapped[str] = mapped_column(Code, default=PLANNED)
    facilitator_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    timekeeper_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    case_owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    observer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    owner_agrees: Mapped[bool] = mapped_column(default=False)
    """The case owner wants it this way, where the method asks that."""
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id", ondelete="SET NULL"), index=True)
    """Written by the case owner."""
    step: Mapped[int] = mapped_column(default=-1)
    """Place of the current step in the method; -1 before the first."""
    step_began_at: Mapped[dt.datetime | None]


class Present(Base):
    """Somebody is, or was, at a session."""

    __tablename__ = "intervisie_present"
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("intervisie_session.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    came_at: Mapped[dt.datetime]


class Line(Base):
    """A question asked, a position or a note, in a step of a session. It is erased once the session's term is over."""

    __tablename__ = "intervisie_line"
    __table_args__ = (Index(None, "session_id", "step"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intervisie_session.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(Code)
    """Code of the step in the session's method."""
    what: Mapped[str] = mapped_column(Code)
    text: Mapped[str]
    mark: Mapped[str] = mapped_column(Code, default="")
    """Of a question, given by the case owner: one of MARKS."""
    written_at: Mapped[dt.datetime]


class Reveal(Base):
    """The positions of a step were opened together: from then on everybody in the group reads them."""

    __tablename__ = "intervisie_reveal"
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("intervisie_session.id", ondelete="CASCADE"), primary_key=True
    )
    step: Mapped[str] = mapped_column(Code, primary_key=True)
    at: Mapped[dt.datetime]


class SessionEntry(Base):
    """An entry belongs to a session. Who reads the entry is said by the entry alone."""

    __tablename__ = "intervisie_session_entry"
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("intervisie_session.id", ondelete="CASCADE"), primary_key=True
    )
    entry_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    what: Mapped[str] = mapped_column(Code)
