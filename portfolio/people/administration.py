"""Whose account a school may help with: people with a role at a school the viewer administers, and no further."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from portfolio.errors import NotVisible
from portfolio.people.models import Person, SchoolRole
from portfolio.scope import Scope


def get_administered(scope: Scope, person_id: uuid.UUID, *, alone: bool = False) -> Person:
    """Somebody at one of the viewer's schools. Raises NotVisible for anyone else.

    `alone`: at no other school, so that one school can't readdress the account another is waiting for.
    """
    person = scope.session.get(Person, person_id)
    schools = set(
        scope.session.scalars(
            select(SchoolRole.school_id).where(SchoolRole.person_id == person_id, SchoolRole.running(scope.today))
        )
    )
    mine = schools & scope.relations.administers
    if person is None or not mine or (alone and schools != mine):
        raise NotVisible(str(person_id))
    return person
