"""Invitations: a school makes an account, and the person it is for opens it with a link that works once.

With an e-mail address the link goes there and nowhere else; only for who has none does the school get it, on paper,
for an account in which nothing is written yet.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from portfolio import clock, i18n
from portfolio.entries.inputs import clean_line
from portfolio.entries.models import PERSON, Portfolio
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import DEFAULT, LANGUAGES
from portfolio.i18n import gettext as _
from portfolio.notices.addresses import AddressError, clean_address
from portfolio.people import links, mails
from portfolio.people.administration import get_administered
from portfolio.people.models import Board, Person, School, SchoolRole
from portfolio.people.security import note_event
from portfolio.scope import Scope

NAME_LENGTH = 80
_SIGN_IN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,38})[a-z0-9]")


@dataclass(frozen=True)
class Invitation:
    """An open invitation, as its page shows it."""

    person_id: uuid.UUID
    name: str
    email: str
    sign_in_name: str
    language: str
    by: str
    """Who invites; "" when that account is gone."""
    school: str


def invite_person(
    scope: Scope,
    name: str,
    email: str | None,
    *,
    base_url: str,
    school_id: uuid.UUID,
    role: str = "teacher",
    sign_in_name: str = "",
    language: str = DEFAULT,
) -> tuple[uuid.UUID, str | None]:
    """Make an account at a school the viewer administers, with a role from today on.

    Returns the person's id, and the link to hand over on paper when there is no e-mail address; otherwise it is mailed
    and the answer is None. Who has an account already gets the role and a mail: the answer doesn't tell. Raises
    Refused (fields name, email, sign_in_name), NotVisible for a school that isn't the viewer's.
    """
    if school_id not in scope.relations.administers:
        raise NotVisible(str(school_id))
    session = scope.session
    address = find_address(email)
    person = session.scalars(select(Person).where(Person.email == address)).one_or_none() if address else None
    known = person is not None
    if person is None:
        person = new_person(scope, name, address, sign_in_name, language)
    running = select(SchoolRole.id).where(
        SchoolRole.person_id == person.id,
        SchoolRole.school_id == school_id,
        SchoolRole.role == role,
        SchoolRole.running(scope.today),
    )
    if not known or session.scalar(running) is None:
        session.add(SchoolRole(person_id=person.id, school_id=school_id, role=role, since=scope.today))
        session.flush()
    if known and person.used_at is not None:
        school = session.get_one(School, school_id).name
        mails.mail_new_school(session, person, scope.me, school, f"{base_url}/sign-in")
        return person.id, None
    return person.id, _send_invitation(scope, person, school_id, base_url)


def renew_invitation(scope: Scope, person_id: uuid.UUID, *, base_url: str) -> str | None:
    """Invite again somebody who has not begun; earlier links stop. Returns the link only when there is no e-mail.

    Raises NotVisible for somebody of another school, NotAllowed for an account that has been used.
    """
    person = _get_unused(scope, person_id)
    school = scope.session.scalars(
        select(SchoolRole.school_id).where(
            SchoolRole.person_id == person_id, SchoolRole.school_id.in_(scope.relations.administers)
        )
    ).first()
    return _send_invitation(scope, person, school, base_url)


def correct_invited(
    scope: Scope, person_id: uuid.UUID, *, name: str, email: str | None, sign_in_name: str = ""
) -> None:
    """Mend the name or the way in of somebody who has not begun; links sent to the old address stop.

    Raises NotAllowed once the account has been used: from then on only its owner changes these. NotVisible for
    somebody who (also) belongs to another school; Refused as invite_person.
    """
    person = _get_unused(scope, person_id)
    address = find_address(email)
    taken = select(Person.id).where(Person.email == address, Person.id != person_id)
    if address and scope.session.scalar(taken) is not None:
        raise Refused({"email": _("Another account has this address. Invite that person instead.")})
    person.name = clean_name(name)
    person.email = address
    person.sign_in_name = None if address else _free_sign_in_name(scope.session, sign_in_name, person.name, person_id)
    flush_or_refuse(scope.session, {"email": _("Somebody else was just given this address or sign-in name.")})
    links.withdraw_links(scope.session, person_id, scope.now, links.INVITATION, links.RESET)


def get_invitation(session: Session, link: links.FoundLink) -> Invitation:
    """Who is invited by whom. Raises LinkGone when the account is gone or begun."""
    inviter = aliased(Person)
    by, school = (uuid.UUID(link.data[name]) if link.data.get(name) else None for name in ("by", "school"))
    found = session.execute(
        select(Person, inviter.name, School.name)
        .select_from(Person)
        .outerjoin(inviter, inviter.id == by)
        .outerjoin(School, School.id == school)
        .where(Person.id == link.person_id, Person.used_at.is_(None))
    ).one_or_none()
    if found is None:
        raise links.LinkGone(links.FoundLink(links.USED, link.purpose))
    person, by_name, school_name = found
    return Invitation(
        person.id,
        person.name,
        person.email or "",
        person.sign_in_name or "",
        person.language,
        by_name or "",
        school_name or "",
    )


def accept_invitation(scope: Scope, token: str, password_hash: str, language: str, browser: str = "") -> Person:
    """Open the account with the password its owner chose. Raises LinkGone for a link that no longer works."""
    link = links.use_link(scope.session, links.INVITATION, token, scope.now)
    person = scope.session.get(Person, link.person_id) if link.person_id else None
    if person is None or person.used_at is not None:
        raise links.LinkGone(links.FoundLink(links.USED, link.purpose))
    person.password_hash = password_hash
    person.language = language if language in LANGUAGES else person.language
    links.withdraw_links(scope.session, person.id, scope.now, links.INVITATION, links.RESET)
    note_event(scope.session, person.id, "password-chosen", scope.now, browser)
    return person


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


def new_person(
    scope: Scope, name: str, address: str | None, sign_in_name: str, language: str, password_hash: str = ""
) -> Person:
    """An account nobody has opened yet, with its own empty portfolio. Raises Refused."""
    person = Person(name=clean_name(name), email=address, password_hash=password_hash, created_at=scope.now)
    person.language = language if language in LANGUAGES else DEFAULT
    if address is None:
        person.sign_in_name = _free_sign_in_name(scope.session, sign_in_name, person.name)
    scope.session.add(person)
    flush_or_refuse(scope.session, {"email": _("Somebody else was just given this address or sign-in name.")})
    scope.session.add(Portfolio(kind=PERSON, person_id=person.id))
    scope.session.flush()
    return person


def clean_name(name: str) -> str:
    """A person's name on one line. Raises Refused for none, or one too long."""
    name = clean_line(name)
    if not name:
        raise Refused({"name": _("Fill in a name.")})
    if len(name) > NAME_LENGTH:
        raise Refused({"name": _("This is too long: at most %(limit)s characters.", limit=NAME_LENGTH)})
    return name


def find_address(email: str | None) -> str | None:
    """An address as accounts keep it, in lower case; None for none. Raises Refused for what is no address."""
    if not email or not email.strip():
        return None
    try:
        return clean_address(email).lower()
    except AddressError as error:
        raise Refused({"email": error.message}) from None


def flush_or_refuse(session: Session, errors: Mapping[str, str]) -> None:
    """Write; when another transaction took an address or name meanwhile, undo everything and raise Refused."""
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise Refused(errors) from None


def _get_unused(scope: Scope, person_id: uuid.UUID) -> Person:
    person = get_administered(scope, person_id, alone=True)
    if person.used_at is not None:
        raise NotAllowed("the account has been used")
    return person


def _send_invitation(scope: Scope, person: Person, school_id: uuid.UUID | None, base_url: str) -> str | None:
    links.withdraw_links(scope.session, person.id, scope.now, links.INVITATION)
    data = {"by": scope.me.id.hex, "school": school_id.hex if school_id else ""}
    token = links.make_link(scope.session, links.INVITATION, scope.now, person_id=person.id, data=data)
    link = f"{base_url}/invitation/{token}"
    if person.email is None:
        return link
    school = scope.session.get_one(School, school_id).name if school_id else ""
    mails.mail_invitation(scope.session, person, link, scope.me, school)
    return None


def _free_sign_in_name(session: Session, wanted: str, name: str, person_id: uuid.UUID | None = None) -> str:
    """The wanted sign-in name, or one made of the person's name; nobody else's."""
    others = select(Person.sign_in_name).where(Person.sign_in_name.is_not(None), Person.id != person_id)
    taken = set(session.scalars(others))
    wanted = clean_line(wanted).lower()
    if wanted:
        if not _SIGN_IN_NAME.fullmatch(wanted):
            raise Refused({"sign_in_name": _("Use 3 to 40 letters, digits, dots and dashes.")})
        if wanted in taken:
            raise Refused({"sign_in_name": _("Somebody else has this sign-in name.")})
        return wanted
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = ".".join(re.findall(r"[a-z0-9]+", plain))[:34].strip(".")
    base = base if len(base) >= 3 else "collega"
    numbered = (f"{base}.{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(found for found in numbered if found not in taken)
