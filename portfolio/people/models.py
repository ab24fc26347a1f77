"""Persons, organisations and their relations in time. Roles are rows with a period, never flags."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.db import Accepted, Base, Code, Period, new_id

SCHOOL_ROLES = ("teacher", "leader", "coach", "administrator")
"""`leader` makes somebody one of the school's people; whom they lead is a Leadership."""


class Installation(Base):
    """Facts about this installation as a whole, such as that it is a demo."""

    __tablename__ = "installation"
    key: Mapped[str] = mapped_column(Code, primary_key=True)
    value: Mapped[str]


class Board(Base):
    """A school board (bestuur)."""

    __tablename__ = "board"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]


class School(Base):
    """A school, or another organisation whose people take part."""

    __tablename__ = "school"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    board_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("board.id", ondelete="SET NULL"), index=True)
    theme: Mapped[str] = mapped_column(Code, default="base")


class Person(Base):
    """Somebody with an account, or invited to one."""

    __tablename__ = "person"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    """In lower case; None for who has no e-mail and signs in with a sign-in name, and for who was only invited."""
    invited_email: Mapped[str | None] = mapped_column(index=True)
    """Where a school's invitation went, as long as nobody began with it. It says nothing about who has an account:
    several schools may have invited the same address, also one that is an account's."""
    sign_in_name: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(Code, default="nl")
    password_hash: Mapped[str] = mapped_column(default="")
    """Empty until the person has chosen a password."""
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    """First sign-in. From then on no administrator can change the address or way in."""
    last_seen_at: Mapped[dt.datetime | None]


class SchoolRole(Period, Base):
    """What somebody does at a school: one of SCHOOL_ROLES."""

    __tablename__ = "school_role"
    __table_args__ = (Index(None, "person_id", "since", "until"), Index(None, "school_id", "role"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Code)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class BoardRole(Period, Base):
    """Somebody works for a board: figures only, from five people up."""

    __tablename__ = "board_role"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class Leadership(Period, Base):
    """The leader (leidinggevende) of a teacher at a school. While it runs, the wall stands."""

    __tablename__ = "leadership"
    __table_args__ = (
        Index(None, "leader_id", "teacher_id"),
        CheckConstraint("leader_id <> teacher_id", name="two_people"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    leader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class Coaching(Accepted, Base):
    """A coach assigned to a teacher. It counts from the day the teacher accepts."""

    __tablename__ = "coaching"
    __table_args__ = (
        Index(None, "coach_id", "teacher_id"),
        CheckConstraint("coach_id <> teacher_id", name="two_people"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    coach_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id", ondelete="SET NULL"), index=True)
    focus: Mapped[str] = mapped_column(default="")
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    accepted_at: Mapped[dt.datetime | None]
    """None while the teacher has not agreed; such an assignment gives nothing."""


class Circle(Base):
    """People who chose each other: critical friends, a trio. Nobody outside learns it exists."""

    __tablename__ = "circle"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime]


class CircleMember(Accepted, Base):
    """Membership of a circle. It counts from the day the person accepts."""

    __tablename__ = "circle_member"
    __table_args__ = (Index(None, "person_id", "since", "until"), Index(None, "circle_id"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    accepted_at: Mapped[dt.datetime | None]


class Cohort(Period, Base):
    """A group of participants in a period, home to one school; plugins are switched on per cohort."""

    __tablename__ = "cohort"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class Agreement(Base):
    """Something a school arranges before it switches a plugin on in a cohort: where it stands, for who takes part."""

    __tablename__ = "agreement"
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    what: Mapped[str] = mapped_column(Code, primary_key=True)
    """consent (of the works council), dpia or processing."""
    reference: Mapped[str] = mapped_column(default="")
    """Where it can be found; "" while it follows."""
    day: Mapped[dt.date]
    """Of the reference, or by which it follows."""


class CohortMember(Period, Base):
    """Somebody takes part in a cohort, through the school that put them in."""

    __tablename__ = "cohort_member"
    __table_args__ = (Index(None, "person_id", "since", "until"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Code, default="participant")
    """One of ROLES in cohort_members.py."""
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class CohortPartner(Accepted, Base):
    """Another school that takes part in a cohort. It counts from the day one of its administrators says yes."""

    __tablename__ = "cohort_partner"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    accepted_at: Mapped[dt.datetime | None]


class Trio(Period, Base):
    """Two to five people of one school who go through a cohort together. It opens nothing to anybody."""

    __tablename__ = "trio"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class TrioMember(Base):
    """Somebody in a trio: while both it and their taking part run."""

    __tablename__ = "trio_member"
    trio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trio.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cohort_member.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Switch(Period, Base):
    """A plugin is on in a cohort, from a day until its own last day.

    What goes on without a gap is one chain: next year's copy has the chain of the switch before it. A share of a
    plugin's entry names the chain it was made under; see `gate.share_is_awake`.
    """

    __tablename__ = "switch"
    __table_args__ = (Index(None, "cohort_id", "plugin", "since", "until"), Index(None, "chain"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    plugin: Mapped[str] = mapped_column(Code)
    chain: Mapped[uuid.UUID] = mapped_column(default=new_id)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]


class PluginFailure(Base):
    """A plugin broke on some page that day. For who switched it on: which and when, and no word of anybody."""

    __tablename__ = "plugin_failure"
    plugin: Mapped[str] = mapped_column(Code, primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)


class SignIn(Base):
    """One browser that is signed in. The cookie holds a random token; only its hash lies here."""

    __tablename__ = "sign_in"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)
    """The absolute end, whatever the use."""
    browser: Mapped[str] = mapped_column(default="")
    """Such as "Firefox, Linux": so that the owner recognises it."""


class OneTimeLink(Base):
    """A link that works once: an invitation, a new password, the first administrator, a new address."""

    __tablename__ = "one_time_link"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Code)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """Who invites; None when that account is gone."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)
    used_at: Mapped[dt.datetime | None]


class RecoveryCode(Base):
    """One of the codes a person without e-mail printed; each works once."""

    __tablename__ = "recovery_code"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class RecoveryWait(Base):
    """A reset by the school for somebody without e-mail: 72 hours in which the owner can stop it."""

    __tablename__ = "recovery_wait"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    started_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    started_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    stopped_at: Mapped[dt.datetime | None]
    code_hash: Mapped[str] = mapped_column(default="")
    """Of the code the person was given in person; it opens nothing before `ends_at`."""


class Attempt(Base):
    """A try that is limited, counted over all workers. `key` is hashed: no address is kept in the clear."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(index=True)


class SecurityEvent(Base):
    """What happened to an account: sign-ins, resets, changes; shown to its owner."""

    __tablename__ = "security_event"
    __table_args__ = (Index(None, "person_id", "at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(Code)
    at: Mapped[dt.datetime]
    browser: Mapped[str] = mapped_column(default="")
