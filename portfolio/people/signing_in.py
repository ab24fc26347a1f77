"""Signing in, as far as the database knows it: whose account this is, and what a failed try leaves behind."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portfolio.db import new_id
from portfolio.notices.addresses import AddressError, account_address
from portfolio.people.models import Attempt, Person
from portfolio.people.security import note_event
from portfolio.scope import Scope


@dataclass(frozen=True)
class Account:
    """What a sign-in needs of an account."""

    id: uuid.UUID
    password_hash: str


def find_account(session: Session, who: str) -> Account | None:
    """The account with this e-mail address or sign-in name, as somebody types it."""
    address, name = find_account_address(who), who.strip().lower()
    found = session.execute(
        select(Person.id, Person.password_hash).where(
            (Person.email == address) if address else (func.lower(Person.sign_in_name) == name)
        )
    ).first()
    return Account(*found) if found else None


def find_account_address(text: str) -> str | None:
    """What was typed as accounts keep an address; None for what is no address, such as a sign-in name."""
    try:
        return account_address(text)
    except AddressError:
        return None


def note_failure(scope: Scope, account: Account | None, browser: str) -> None:
    """A line in the account's log; for an unknown account a row of the same cost, so that time tells nothing."""
    moment = scope.now

    def write(aside: Session) -> None:
        if account is not None:
            note_event(aside, account.id, "wrong-password", moment, browser)
        else:
            aside.add(Attempt(key=new_id().hex, at=moment))

    scope.after.append(write)
