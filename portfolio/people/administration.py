"""Whose account a school may help with: people with a role at a school the viewer administers, and no further."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from portfolio.errors import NotVisible
from portfolio.people.models import Person, SchoolRole
from portfolio.scope import Scope


def get_administered(
    scope: Scope, person_id: uuid.UUID, *, alone: bool = False, ever: bool = False
) -> Person:
    """Somebody with a role at one of the viewer's schools today. Raises NotVisible for anyone else.

    `alone`: at no other school, so that one school can't readdress the account another is waiting for.
    `ever`: also who had a role there, or is to have one.
    """
    person = scope.session.get(Person, person_id)
    statement = select(SchoolRole.school_id).where(SchoolRole.person_id == person_id)
    if not ever:
        statement = statement.where(SchoolRole.running(scope.today))
    schools = set(scope.session.scalars(statement))
    mine = schools & scope.relations.administers
    if person is None or not mine or (alone and schools != mine):
        raise NotVisible(str(person_id))
    return person
