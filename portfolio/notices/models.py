"""What people are told: the outbox of mail, news inside the portfolio, and how each wants to hear of it.

All of it is written in the transaction of what it is about.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String
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
    unsubscribe: Mapped[str] = mapped_column(default="")
    """Where its reader stops mails like it without signing in; "" for one that has to come, and once it was sent."""
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


class Notice(Base):
    """News for one person: that something happened, never what it says. Who may still see it is asked at each reading.

    Of one kind, about one thing, by one person there is one row: what happens again while it is unread changes nothing
    but its time, and once it was read makes it unread.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "read_at"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    bundle: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Kind, thing and actor in one word."""
    kind: Mapped[str] = mapped_column(Code)
    """The code of a NoticeKind."""
    spot: Mapped[str] = mapped_column(String(120), default="")
    """Of a plugin's news about a place: kind and portfolio in one word, to be compared with where it is on."""
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    portfolio_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"), index=True)
    coaching_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("coaching.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("circle_member.id", ondelete="CASCADE"), index=True
    )
    partner_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("cohort_partner.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """Who did it; None when that account was erased, and for what isn't anybody's."""
    since: Mapped[dt.datetime]
    """The first time since it was last read."""
    at: Mapped[dt.datetime]
    """The last time."""
    read_at: Mapped[dt.datetime | None]
    mail_due: Mapped[dt.datetime | None] = mapped_column(index=True)
    """When a mail may say that there is news; None for never, and once one has said so."""


class NewsSetting(Base):
    """How somebody wants to hear of news, if they ever said so or got mail of it."""

    __tablename__ = "news_setting"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    rhythms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Code of a kind -> one of RHYTHMS; ALL stands for those that aren't named."""
    paused_until: Mapped[dt.date | None]
    """No mail before this day."""
    look_back: Mapped[bool] = mapped_column(default=False)
    """They want to be shown what they wrote a year ago."""
    mailed_at: Mapped[dt.datetime | None]
    """When the last mail about news was written."""
