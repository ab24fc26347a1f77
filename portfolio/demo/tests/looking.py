"""How the tests of the demo world find people and what is theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.entries.models import Entry
from portfolio.people.models import CircleMember, Person

NINE = ("fenna", "idris", "lotte", "hanne", "ruben", "yara", "daan", "mirjam", "otto")


def person(session: Session, key: str) -> Person:
    return session.scalars(select(Person).where(Person.email == f"{key}@example.org")).one()


def entries_of(session: Session, key: str) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.author_id == person(session, key).id)))


def members(session: Session, circle_id: Any) -> set[Any]:
    return set(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == circle_id)))
