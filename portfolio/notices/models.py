"""The outbox: mail as it was asked for, in the transaction of what it is about."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, Code, new_id


class Mail(Base):
    """One mail to one address. Its body is kept only while it may still be sent."""

    __tablename__ = "mail"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whom it is for, if they have an account: erasing that takes the mail along."""
    about_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whom else it names: erasing that account takes the mail along too, and no other mail."""
    to_address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    """Plain text; "" once the mail has been sent or given up."""
    language: Mapped[str] = mapped_column(Code)
    message_id: Mapped[str] = mapped_column(String(200), default="")
    """Written at the first attempt and the same at each later one, so that a receiver can drop a second copy."""
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(100), default="")
    """The exception's class name."""
    sent_at: Mapped[dt.datetime | None]
    given_up_at: Mapped[dt.datetime | None]
    """When the receiving server refused it for good, or the last attempt failed."""
