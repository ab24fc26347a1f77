"""Who is signed in, on which browser, until when. The cookie holds a random token; the row here decides."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.notices.flag import news_here, unread_elsewhere
from portfolio.notices.models import NewsSetting
from portfolio.people.models import Installation, Person, RecoveryWait, School, SchoolRole, SignIn
from portfolio.scope import Scope, Viewer
from portfolio.settings import Settings

SEEN_EVERY = dt.timedelta(minutes=5)
KEY = 24
NOWHERE = uuid.UUID(int=0)
SCHOOL_CODE_LASTS = dt.timedelta(days=14)
"""After the 72 hours of a reset by the school: how long its code opens the account, and every page says so."""


@dataclass(frozen=True)
class SignedIn:
    """The signed-in person as flask-login holds them. Its id is the token of this browser, not the person."""

    token: str
    viewer: Viewer
    theme: str
    demo: bool
    last_seen_at: dt.datetime
    recovery_wait: bool
    """A reset by the school is waiting: every page says so, with a stop button."""
    unread: bool = False
    """There seems to be news they didn't read, other than about the entry this page shows."""
    look_back: bool = False
    """They want to be shown what they wrote in earlier years."""
    news_here: dt.datetime | None = None
    """When the last happened that is news to them, about the entry this page shows."""
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What flask-login keeps in the cookie."""
        return self.token


def hash_token(token: str) -> str:
    """How a random token is kept: its SHA-256 (it is 256 bits of randomness: no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


_DAY: Any = bindparam("day")
_SIGNED_IN = (
    select(
        Person.id,
        Person.name,
        Person.language,
        SignIn.last_seen_at,
        select(School.theme)
        .join(SchoolRole, SchoolRole.school_id == School.id)
        .where(SchoolRole.person_id == Person.id, SchoolRole.running(_DAY))
        .order_by(SchoolRole.since)
        .limit(1)
        .correlate(Person)
        .scalar_subquery(),
        exists().where(Installation.key == "demo"),
        exists()
        .where(
            RecoveryWait.person_id == Person.id,
            RecoveryWait.stopped_at.is_(None),
            RecoveryWait.ends_at > bindparam("waits_since"),
        )
        .correlate(Person),
        unread_elsewhere(Person, _DAY),
        exists().where(NewsSetting.person_id == Person.id, NewsSetting.look_back).correlate(Person),
        news_here(Person),
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.token_hash == bindparam("hash"),
        SignIn.ends_at > bindparam("now"),
        SignIn.last_seen_at > bindparam("idle_since"),
    )
)


def find_signed_in(
    session: Session, token: str, now: dt.datetime, settings: Settings, here: uuid.UUID | None = None
) -> SignedIn | None:
    """Who this token signs in now; None when it ended, was ended elsewhere, or never was. One query.

    `here` is the entry whose page is asked for, if it is one.
    """
    idle = dt.timedelta(minutes=settings.session_idle_minutes)
    values = {
        "hash": hash_token(token),
        "now": now,
        "idle_since": now - idle,
        "day": day_of(now),
        "waits_since": now - SCHOOL_CODE_LASTS,
        "here": here or NOWHERE,
    }
    row = session.connection().execute(_SIGNED_IN, values).one_or_none()
    if row is None:
        return None
    person_id, name, language, seen, theme, demo, *flags, at = row
    wait, unread, look_back = map(bool, flags)
    viewer = Viewer(person_id, name, language)
    return SignedIn(token, viewer, theme or "base", demo, seen, wait, unread, look_back, at)


def start_sign_in(
    session: Session, person_id: uuid.UUID, *, browser: str, now: dt.datetime, settings: Settings
) -> str:
    """Sign a person in on one browser; returns the token for its cookie. In the caller's transaction."""
    token = secrets.token_urlsafe(32)
    ends_at = now + dt.timedelta(days=settings.session_days)
    session.add(
        SignIn(
            token_hash=hash_token(token),
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            ends_at=ends_at,
            browser=browser[:80],
        )
    )
    return token


def end_sign_in(session: Session, token: str) -> None:
    """Sign out on this browser."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def end_all_sign_ins(session: Session, person_id: uuid.UUID, *, but: str | None = None) -> None:
    """Sign out everywhere, except on the browser with the token `but`."""
    statement = delete(SignIn).where(SignIn.person_id == person_id)
    if but is not None:
        statement = statement.where(SignIn.token_hash != hash_token(but))
    session.execute(statement)


@dataclass(frozen=True)
class Browser:
    """One browser that is signed in, as its owner sees it."""

    key: str
    """Names it on the page; opens nothing."""
    name: str
    since: dt.datetime
    last_seen_at: dt.datetime
    this: bool


def list_browsers(scope: Scope, token: str, settings: Settings) -> list[Browser]:
    """Where the viewer is signed in now, last used first; `token` is that of this browser."""
    idle_since = scope.now - dt.timedelta(minutes=settings.session_idle_minutes)
    rows = scope.session.execute(
        select(SignIn.token_hash, SignIn.browser, SignIn.created_at, SignIn.last_seen_at)
        .where(SignIn.person_id == scope.me.id, SignIn.ends_at > scope.now, SignIn.last_seen_at > idle_since)
        .order_by(SignIn.last_seen_at.desc(), SignIn.token_hash)
    )
    this = hash_token(token)
    return [Browser(found[:KEY], name, since, seen, found == this) for found, name, since, seen in rows]


def end_browser(scope: Scope, key: str) -> bool:
    """Sign the viewer out on one of their browsers; False when there is no such browser of theirs."""
    if len(key) != KEY or not key.isalnum():
        return False
    ended = scope.session.execute(
        delete(SignIn).where(SignIn.person_id == scope.me.id, SignIn.token_hash.startswith(key))
    )
    assert isinstance(ended, CursorResult)
    return ended.rowcount > 0


def note_seen(scope: Scope, user: SignedIn) -> None:
    """Move the idle end, at most once in five minutes."""
    if scope.now - user.last_seen_at < SEEN_EVERY:
        return
    token_hash, moment, person = hash_token(user.token), scope.now, user.viewer.id

    def write(session: Session) -> None:
        session.execute(update(SignIn).where(SignIn.token_hash == token_hash).values(last_seen_at=moment))
        session.execute(update(Person).where(Person.id == person).values(last_seen_at=moment))

    scope.after.append(write)
