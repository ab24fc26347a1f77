"""One-time links: 256 random bits in an address, kept as a hash, good once and until their end.

Using one is a single UPDATE on the unused row, so of two browsers that send it at the same moment one gets it.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portfolio.people.models import OneTimeLink
from portfolio.people.sessions import hash_token

INVITATION, RESET, SETUP, ADDRESS = "invitation", "reset", "setup", "address"
LASTS = {
    INVITATION: dt.timedelta(days=14),
    RESET: dt.timedelta(hours=2),
    SETUP: dt.timedelta(days=1),
    ADDRESS: dt.timedelta(days=1),
}
OPEN, USED, ENDED, UNKNOWN = "open", "used", "ended", "unknown"


@dataclass(frozen=True)
class FoundLink:
    """What a link is for and whether it still works: open, used, ended or unknown."""

    state: str
    purpose: str
    person_id: uuid.UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    made_by: uuid.UUID | None = None


class LinkGone(LookupError):
    """The link was used, ended, or never was; `link.state` says which."""

    def __init__(self, link: FoundLink) -> None:
        self.link = link
        super().__init__(f"this {link.purpose} link is {link.state}")


def make_link(
    session: Session,
    purpose: str,
    now: dt.datetime,
    *,
    person_id: uuid.UUID | None = None,
    made_by: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """Make a link of one of the four purposes; returns its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            token_hash=hash_token(token),
            purpose=purpose,
            person_id=person_id,
            made_by=made_by,
            data=data or {},
            created_at=now,
            ends_at=now + LASTS[purpose],
        )
    )
    return token


def find_link(session: Session, purpose: str, token: str, now: dt.datetime) -> FoundLink:
    """The link of a token, to show its page; uses nothing."""
    row = session.execute(
        select(
            OneTimeLink.person_id, OneTimeLink.data, OneTimeLink.made_by, OneTimeLink.used_at, OneTimeLink.ends_at
        ).where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.purpose == purpose)
    ).one_or_none()
    if row is None:
        return FoundLink(UNKNOWN, purpose)
    person_id, data, made_by, used_at, ends_at = row
    state = USED if used_at is not None else OPEN if ends_at > now else ENDED
    return FoundLink(state, purpose, person_id, dict(data), made_by)


def get_open_link(session: Session, purpose: str, token: str, now: dt.datetime) -> FoundLink:
    """Like find_link, but raises LinkGone for one that no longer works."""
    found = find_link(session, purpose, token, now)
    if found.state != OPEN:
        raise LinkGone(found)
    return found


def use_link(session: Session, purpose: str, token: str, now: dt.datetime) -> FoundLink:
    """Use a link, in the caller's transaction. Raises LinkGone when somebody was first, or it ended."""
    used = session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.token_hash == hash_token(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.ends_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeLink.person_id, OneTimeLink.data)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used is None:
        raise LinkGone(find_link(session, purpose, token, now))
    return FoundLink(OPEN, purpose, used.person_id, dict(used.data))


def withdraw_links(session: Session, person_id: uuid.UUID, now: dt.datetime, *purposes: str) -> None:
    """Let a person's unused links of these purposes count as used."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id == person_id, OneTimeLink.purpose.in_(purposes), OneTimeLink.used_at.is_(None)
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
