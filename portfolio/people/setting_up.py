"""Beginning an installation: a link from the command line, by which the first administrator makes the first school."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio import clock, i18n
from portfolio.entries.inputs import clean_line
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.people import links
from portfolio.people.inviting import find_address, new_person
from portfolio.people.models import Board, Person, School, SchoolRole
from portfolio.people.security import note_event
from portfolio.scope import Scope


def make_setup_link(session: Session, *, base_url: str) -> str:
    """The address with which the first administrator begins; for the command line."""
    return f"{base_url}/setup/{links.make_link(session, links.SETUP, clock.now())}"


def set_up(
    scope: Scope, token: str, *, name: str, email: str, password_hash: str, school: str, board: str = ""
) -> Person:
    """Make the first school and its administrator. Raises LinkGone, or Refused (fields name, email, school)."""
    links.use_link(scope.session, links.SETUP, token, scope.now)
    address = find_address(email)
    if address is None:
        raise Refused({"email": _("Fill in your e-mail address.")})
    if scope.session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise Refused({"email": _("There is an account with this address already.")})
    school_name = clean_line(school)
    if not school_name:
        raise Refused({"school": _("Fill in the name of the school.")})
    above = Board(name=clean_line(board)) if clean_line(board) else None
    if above is not None:
        scope.session.add(above)
        scope.session.flush()
    made = School(name=school_name, board_id=above.id if above else None)
    scope.session.add(made)
    person = new_person(scope, name, address, "", i18n.language(), password_hash)
    scope.session.add(
        SchoolRole(person_id=person.id, school_id=made.id, role="administrator", since=scope.today)
    )
    note_event(scope.session, person.id, "password-chosen", scope.now)
    return person
