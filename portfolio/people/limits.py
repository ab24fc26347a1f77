"""Limits on attempts that hold across workers: rows in a table, counted before anything costly is done."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from portfolio.db import Database, new_id
from portfolio.errors import TooManyAttempts
from portfolio.people.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most `tries` in `window`."""

    name: str
    tries: int
    window: dt.timedelta


QUARTER, HOUR, DAY = dt.timedelta(minutes=15), dt.timedelta(hours=1), dt.timedelta(days=1)
SIGN_IN_PER_ADDRESS_AND_ACCOUNT = Limit("sign-in", 7, QUARTER)
"""Per network address and account: who tries another's account doesn't lock its owner out elsewhere."""
SIGN_IN_PER_ACCOUNT = Limit("account", 100, HOUR)
SIGN_IN_PER_ADDRESS = Limit("address", 60, QUARTER)
PASSWORD_AGAIN = Limit("own-password", 7, QUARTER)
"""For who is signed in and types the password again to change something."""
MAILS_PER_ADDRESS = Limit("mail", 5, HOUR)
MAILS_PER_NETWORK = Limit("mails", 60, HOUR)
RECOVERY_PER_ADDRESS_AND_ACCOUNT = Limit("recovery", 7, QUARTER)
RECOVERY_PER_ACCOUNT = Limit("recovery-account", 50, HOUR)
INVITATIONS_PER_ADDRESS = Limit("invitation", 4, DAY)
"""Per school and address: a limit over schools would tell one of them that another invited the same address. Also per
administrator and address: who makes more schools can send no more."""
CIRCLE_INVITATIONS_PER_INVITER = Limit("circle", 30, DAY)
CIRCLE_INVITATIONS_PER_PERSON = Limit("circle-person", 4, DAY)
"""Per inviter and whom they ask."""
ROSTERS_PER_SCHOOL = Limit("roster", 5, DAY)
ROSTERS_PER_ADMINISTRATOR = Limit("roster-by", 5, DAY)
"""Files of people that are carried out, of at most two thousand each."""
PRINTS_PER_PERSON = Limit("print", 20, QUARTER)
"""Each takes seconds, in which nobody else prints."""
LONGEST_WINDOW = DAY
_LOCK_EACH = text("SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number")
"""In the order in which they are given."""


def count_attempt(database: Database, now: dt.datetime, *attempts: tuple[Limit, str]) -> list[uuid.UUID]:
    """Count one try under each limit, in a transaction of its own; returns the rows, for `forget_attempts`.

    Raises TooManyAttempts, with the seconds to wait, when one was already reached.
    """
    wait = 0
    counted: list[uuid.UUID] = []
    with database.aside() as session:
        _one_at_a_time(session, [_key(limit, who) for limit, who in attempts])
        for limit, who in attempts:
            key = _key(limit, who)
            since = now - limit.window
            session.execute(delete(Attempt).where(Attempt.key == key, Attempt.at <= since))
            tried, oldest = session.execute(
                select(func.count(), func.min(Attempt.at)).where(Attempt.key == key)
            ).one()
            if tried >= limit.tries:
                wait = max(wait, int((oldest + limit.window - now).total_seconds()) + 1)
            else:
                counted.append(new_id())
                session.add(Attempt(id=counted[-1], key=key, at=now))
                session.flush()
    if wait:
        raise TooManyAttempts(wait)
    return counted


def count_each(
    session: Session, now: dt.datetime, limit: Limit, attempts: Sequence[tuple[str, ...]]
) -> list[bool]:
    """Count many tries in the caller's transaction, each under all of its names, in three statements.

    False for one that the limit stops under any of them; it isn't counted.
    """
    keys = {who: _key(limit, who) for names in attempts for who in names}
    _one_at_a_time(session, list(keys.values()))
    counts = select(Attempt.key, func.count()).where(Attempt.key.in_(keys.values()), Attempt.at > now - limit.window)
    tried: dict[str, int] = {key: number for key, number in session.execute(counts.group_by(Attempt.key))}  # noqa: C416
    allowed = [all(tried.get(keys[who], 0) < limit.tries for who in names) for names in attempts]
    counted = {keys[who] for names, may in zip(attempts, allowed, strict=True) if may for who in names}
    if counted:
        session.connection().execute(insert(Attempt), [{"id": new_id(), "key": key, "at": now} for key in counted])
    return allowed


def forget_attempts(database: Database, counted: Sequence[uuid.UUID], *attempts: tuple[Limit, str]) -> None:
    """After a success: it was no failed try itself, and earlier ones under these limits no longer count.

    Without the first, sixty colleagues who sign in at one school on one morning would lock each other out.
    """
    with database.aside() as session:
        session.execute(delete(Attempt).where(Attempt.id.in_(counted)))
        for limit, who in attempts:
            session.execute(delete(Attempt).where(Attempt.key == _key(limit, who)))


def _key(limit: Limit, who: str) -> str:
    return hashlib.sha256(f"{limit.name}:{who}".encode()).hexdigest()


def _one_at_a_time(session: Session, keys: list[str]) -> None:
    """On PostgreSQL, let tries under one key wait for each other: counting, then writing, must not be overtaken."""
    if session.get_bind().dialect.name == "postgresql":
        numbers = sorted({int(key[:15], 16) for key in keys})
        session.execute(_LOCK_EACH, {"numbers": numbers})
