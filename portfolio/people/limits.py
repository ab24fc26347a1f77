"""Limits on attempts that hold across workers: rows in a table, counted before anything costly is done."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from portfolio.db import Database
from portfolio.errors import TooManyAttempts
from portfolio.people.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most `tries` in `window`."""

    name: str
    tries: int
    window: dt.timedelta


SIGN_IN_PER_ADDRESS_AND_ACCOUNT = Limit("sign-in", 7, dt.timedelta(minutes=15))
"""Per network address and account: who tries another's account doesn't lock its owner out elsewhere."""
SIGN_IN_PER_ACCOUNT = Limit("account", 100, dt.timedelta(hours=1))
SIGN_IN_PER_ADDRESS = Limit("address", 60, dt.timedelta(minutes=15))
MAILS_PER_ADDRESS = Limit("mail", 5, dt.timedelta(hours=1))
LINKS_PER_ADDRESS = Limit("link", 30, dt.timedelta(minutes=15))


def count_attempt(database: Database, now: dt.datetime, *attempts: tuple[Limit, str]) -> None:
    """Count one try under each limit, in a transaction of its own.

    Raises TooManyAttempts, with the seconds to wait, when one was already reached.
    """
    wait = 0
    with database.aside() as session:
        for limit, who in attempts:
            key = hashlib.sha256(f"{limit.name}:{who}".encode()).hexdigest()
            since = now - limit.window
            session.execute(delete(Attempt).where(Attempt.key == key, Attempt.at <= since))
            tried, oldest = session.execute(
                select(func.count(), func.min(Attempt.at)).where(Attempt.key == key)
            ).one()
            if tried >= limit.tries:
                wait = max(wait, int((oldest + limit.window - now).total_seconds()) + 1)
            else:
                session.add(Attempt(key=key, at=now))
    if wait:
        raise TooManyAttempts(wait)


def forget_attempts(database: Database, *attempts: tuple[Limit, str]) -> None:
    """After a success: the earlier tries under these limits no longer count."""
    with database.aside() as session:
        for limit, who in attempts:
            key = hashlib.sha256(f"{limit.name}:{who}".encode()).hexdigest()
            session.execute(delete(Attempt).where(Attempt.key == key))
