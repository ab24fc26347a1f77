"""While a page is shown to its owner as somebody else gets it, nothing that others wrote is fetched, by any service."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from portfolio.access import READ
from portfolio.entries.entry_texts import list_own_links, list_own_texts, list_texts_there
from portfolio.entries.models import Portfolio
from portfolio.entries.onlookers import list_members
from portfolio.entries.reading import find_entry, list_own, list_shared_with_me, list_there
from portfolio.scope import Scope
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_circle, make_coaching, make_entry, make_person, make_share, open_scope_for


def found_by(scope: Scope, group: uuid.UUID, *entries: uuid.UUID) -> set[str]:
    """Titles of all that the services give."""
    lists = [list_own(scope), list_shared_with_me(scope), list_there(scope, group)]
    lines = [line.title for lines, _more in lists for line in lines]
    texts = [*list_own_texts(scope, [Goal]), *list_texts_there(scope, [group], [Goal]), *list_own_links(scope, [Goal])]
    opened = [found.title for entry in entries if (found := find_entry(scope, entry, READ)) is not None]
    return {*lines, *(text.title for text in texts), *opened}


def test_of_what_the_viewer_reads_only_what_the_one_who_looks_wrote_is_there(session: Session) -> None:
    owner, coach, other = (make_person(session, name=name) for name in ("Fenna", "Ruben", "Idris"))
    coaching = make_coaching(session, coach, owner)
    circle = make_circle(session, owner, coach, other)
    group = session.query(Portfolio).filter_by(circle_id=circle.id).one()
    made = [
        make_entry(session, owner, title="Van mij"),
        make_entry(session, owner, title="Van mij, in de kring", portfolio=group),
        make_entry(session, coach, title="Van de coach"),
        make_entry(session, other, title="Van een ander"),
        make_entry(session, other, title="Van een ander, in de kring", portfolio=group),
    ]
    make_share(session, made[0], coaching=coaching)
    make_share(session, made[3], person=coach)
    ids = [entry.id for entry in made]
    theirs = open_scope_for(session, coach)
    assert found_by(theirs, group.id, *ids) == {entry.title for entry in made}
    assert found_by(replace(theirs, shown_to=owner.id), group.id, *ids) == {"Van mij", "Van mij, in de kring"}
    assert [name for _id, name in list_members(open_scope_for(session, owner), group.id)] == ["Idris", "Ruben"]
