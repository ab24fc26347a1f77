"""The two tables of background work: what is to be done, and when what returns each period is due again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.clock import now
from portfolio.db import Base, Code, new_id


class Job(Base):
    """Work that waits, runs or was given up. A finished job is deleted, so that no personal data lingers."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "run_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Code)
    payload: Mapped[dict[str, Any]]
    """What the handler needs: ids, never texts. Emptied when the job is given up."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whose job it is: erasing the account takes it along."""
    unique_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Holds while the job waits for its first run; then released, so that a change made meanwhile asks anew."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    run_at: Mapped[dt.datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[dt.datetime | None]
    leased_by: Mapped[str | None]
    """host:process:token, new for each attempt; only who still holds it may finish the job."""
    dead_at: Mapped[dt.datetime | None]
    """When it was given up after its last attempt."""
    last_error: Mapped[str] = mapped_column(String(100), default="")
    """The exception's class name, never its message: that may quote what a person wrote."""


class Schedule(Base):
    """When a periodic job is due again; one row per name, whatever the number of workers."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    next_run: Mapped[dt.datetime]
