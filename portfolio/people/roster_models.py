"""Tables of people from a file: what a school wants to carry out, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, Code, new_id


class Roster(Base):
    """People a school wants to invite from a file: first to look at, then to carry out. Gone a day later.

    Of the file only what was read is kept, in RosterLine; what could not be read is in `findings`.
    """

    __tablename__ = "roster"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whose file it is, and in whose name the invitations go."""
    digest: Mapped[str]
    """Of all that was read and found: the same file sent twice is one."""
    findings: Mapped[dict[str, Any]]
    """What is wrong with which line, as codes, and which columns weren't read: see roster.py."""
    created_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)
    confirmed_at: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class RosterLine(Base):
    """One person in such a file, and what became of the line."""

    __tablename__ = "roster_line"
    __table_args__ = (Index(None, "roster_id", "outcome"),)
    roster_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the line in the file, from 1."""
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[str] = mapped_column(Code, default="")
    """"" while it waits; then "invited", or why it was left out: "known" or "often"."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Who was invited; the line goes with them."""
