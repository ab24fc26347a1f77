"""The tables of the trunk. `entry` has what lists, access and time need; a kind's own lies in `revision.content`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Base, Code, Period, new_id

PERSON, CIRCLE, JOINT = "person", "circle", "joint"
HANDED, RECORD = "handed", "record"


class Portfolio(Base):
    """What owns entries: a person's, a circle's, or joint between named people."""

    __tablename__ = "portfolio"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN circle_id IS NULL THEN 0 ELSE 1 END)"
            " = (CASE WHEN kind = 'joint' THEN 0 ELSE 1 END)",
            name="one_owner",
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Code, default=PERSON)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    circle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), unique=True)
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    """The home of a circle's or joint portfolio: what is on there, is on here. None for a person's own."""
    leadership_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("leadership.id", ondelete="SET NULL"), unique=True
    )
    """Of a joint portfolio of a teacher and their leader: there is one for each time somebody leads them."""


class PortfolioMember(Period, Base):
    """A named party to a joint portfolio, such as a teacher and a leader in a conversation."""

    __tablename__ = "portfolio_member"
    __table_args__ = (Index(None, "person_id", "portfolio_id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class Entry(Base):
    """Something a person wrote, of some kind; its text is in its current revision."""

    __tablename__ = "entry"
    __table_args__ = (
        Index(None, "portfolio_id", "happened_on", "id"),
        Index(None, "portfolio_id", "kind", "happened_on", "id"),
        Index(None, "portfolio_id", "plugin", "happened_on", "id"),
        Index(None, "author_id"),
        Index(None, "deleted_at"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    plugin: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    happened_on: Mapped[dt.date]
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(Code, default="")
    audience: Mapped[str] = mapped_column(Code, default="portfolio")
    """author: never more than its author; portfolio: the portfolio's members too."""
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    number: Mapped[int] = mapped_column(default=1)
    """Of the current revision; an edit says which it saw."""
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    deleted_at: Mapped[dt.datetime | None]
    """In the bin since; only its author sees it there."""
    origin_id: Mapped[uuid.UUID | None]
    """Its id in the archive it was brought back from; of no meaning here, and taken along again."""


class Revision(Base):
    """One deliberate save: the whole text at that time."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    happened_on: Mapped[dt.date]
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    kind_version: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[dt.datetime]


class Rendered(Base):
    """Sanitised HTML of a revision's Markdown, made on save by one version of the renderer."""

    __tablename__ = "rendered"
    revision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    renderer: Mapped[int]
    html: Mapped[dict[str, Any]]


class StateChange(Base):
    """An entry went from one state to another, and why."""

    __tablename__ = "state_change"
    __table_args__ = (Index(None, "entry_id", "at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(Code)
    after: Mapped[str] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[dt.date]
    at: Mapped[dt.datetime]


class Link(Base):
    """A typed link from one entry to another: shows, looks_back_on, continues, splits_from, replaces."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "type"), Index(None, "to_id"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    from_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    to_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(Code)
    created_at: Mapped[dt.datetime]


class Share(Period, Base):
    """A living share: it follows the entry until it ends. Exactly one reader: a person, a coaching or a circle."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN coaching_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN circle_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN address <> '' AND person_id IS NULL"
            " THEN 0 ELSE 1 END)",
            name="one_reader",
        ),
        Index(None, "entry_id"),
        Index(None, "person_id", "shared_at"),
        Index(None, "coaching_id", "shared_at"),
        Index(None, "circle_id"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    coaching_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("coaching.id", ondelete="CASCADE"))
    circle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(default="")
    """The e-mail address that was typed, if the reader was not picked by name. A share with an address nobody here has
    reaches nobody; it looks the same, so that it doesn't tell who has an account."""
    chain: Mapped[uuid.UUID | None]
    """Of the plugin's switches under which it was made or confirmed. Once that has ended it sleeps until its owner
    confirms it, though the plugin be on again. None for what is written in a section, and for what sleeps already."""
    shared_at: Mapped[dt.datetime]
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class Comment(Base):
    """Words of a reader about an entry, at a revision; seen by its author and the entry's owner only."""

    __tablename__ = "comment"
    __table_args__ = (Index(None, "entry_id", "written_at"), Index(None, "author_id"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    revision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("revision.id", ondelete="SET NULL"), index=True)
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """None when the author's account was erased: "an earlier coach"."""
    reply_to: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Code, default="")
    """question, mirror, encouragement, reference; empty for a reply."""
    body: Mapped[str]
    quote: Mapped[str] = mapped_column(default="")
    written_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    hidden_at: Mapped[dt.datetime | None]


class Attachment(Base):
    """A file with an entry. The bytes lie in the store under `id`; type and hash lie here."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "entry_id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """In bytes."""
    sha256: Mapped[str]
    alt: Mapped[str] = mapped_column(default="")
    pupils: Mapped[str] = mapped_column(Code, default="unknown")
    """Are pupils recognisable? no, yes or unknown. Only "no" can be shared, exported or taken along."""
    added_at: Mapped[dt.datetime]
    origin_id: Mapped[uuid.UUID | None]
    """Its id in the archive it was brought back from, by which texts from there name it."""


class Snapshot(Base):
    """Words somebody handed over: chosen fields of one revision as they were then, never following the entry.

    HANDED is open to who else takes part in `portfolio_id` until `closes_at`; withdrawing it erases the row. A RECORD
    is what both settled, each writer's own row.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        Index(None, "about", "taken_at"),
        Index(None, "portfolio_id"),
        Index(None, "author_id"),
        Index(None, "entry_id"),
        Index(None, "closes_at"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id", ondelete="CASCADE"))
    """The joint portfolio it is handed over in."""
    about: Mapped[uuid.UUID]
    """What it is handed over for: a row of the plugin's, such as a conversation."""
    plugin: Mapped[str] = mapped_column(Code)
    """It is read by others only while this one is on there."""
    role: Mapped[str] = mapped_column(Code, default=HANDED)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id", ondelete="SET NULL"))
    """None when that was erased since, or it never was an entry."""
    kind: Mapped[str] = mapped_column(Code)
    kind_version: Mapped[int]
    number: Mapped[int] = mapped_column(default=0)
    """Of the revision it was taken from."""
    title: Mapped[str] = mapped_column(default="")
    """Title and days are empty when they weren't chosen."""
    happened_on: Mapped[dt.date | None]
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    content: Mapped[dict[str, Any]]
    """The chosen fields and no other."""
    renderer: Mapped[int]
    html: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]
    taken_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    """None: its author alone reads it."""
    settled_at: Mapped[dt.datetime | None]
    """Since then it can't be withdrawn."""
    closes_at: Mapped[dt.datetime | None]
    """From then on nobody else reads it, and a job erases it."""


class SnapshotFile(Base):
    """A file that was handed over with a snapshot; its bytes lie in the store under `id`, once they were copied."""

    __tablename__ = "snapshot_file"
    __table_args__ = (Index(None, "snapshot_id"), Index(None, "attachment_id"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    snapshot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"))
    attachment_id: Mapped[uuid.UUID]
    """Of the file it is a copy of, which may be gone: texts name it so, and the bytes lie there until `copied`."""
    origin_id: Mapped[uuid.UUID | None]
    copied: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    """It may show pupils, as was found out since. For its author alone, also once what it was copied from is gone."""
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    alt: Mapped[str] = mapped_column(default="")


class LooseFile(Base):
    """Bytes in the store that no attachment or snapshot has, and that a job removes once `since` has passed.

    Written in the transaction that lets go of them. While an upload is under way it lies ahead: see UPLOAD_TAKES.
    """

    __tablename__ = "loose_file"
    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime]


class Reading(Base):
    """The access log: somebody else read this entry on this day. One row per reader, entry and day."""

    __tablename__ = "reading"
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
