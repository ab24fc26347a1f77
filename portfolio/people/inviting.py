"""Invitations, as a school makes them: somebody who has not begun, and a link that works once.

With an e-mail address the link goes there and nowhere else; only for who has none does the school get it, on paper,
for an account in which nothing is written yet. Nothing here depends on whether an address has an account, at another
school: what the school typed stands in a row of its own until whoever reads that mailbox says yes (see `joining.py`).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portfolio.db import new_id
from portfolio.entries.inputs import clean_line, too_long
from portfolio.entries.models import PERSON, Portfolio
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import DEFAULT, LANGUAGES
from portfolio.i18n import gettext as _
from portfolio.notices.addresses import AddressError, account_address
from portfolio.people import links, mails
from portfolio.people.administration import get_administered
from portfolio.people.models import Person, School, SchoolRole
from portfolio.people.wall import lock_people
from portfolio.scope import Scope

NAME_LENGTH = 80
_SIGN_IN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,38})[a-z0-9]")


def invite_person(
    scope: Scope,
    name: str,
    email: str | None,
    *,
    base_url: str,
    school_id: uuid.UUID,
    role: str = "teacher",
    since: dt.date | None = None,
    sign_in_name: str = "",
    language: str = DEFAULT,
) -> tuple[uuid.UUID, str | None]:
    """Invite somebody to a school the viewer administers, with a role from `since` (today) on.

    Returns the id of who was invited, and the link to hand over on paper when there is no e-mail address; otherwise it
    is mailed and the answer is None. Whether the address has an account is never looked at. Raises Refused (fields
    name, email, sign_in_name), NotVisible for a school that isn't the viewer's.
    """
    if school_id not in scope.relations.administers:
        raise NotVisible(str(school_id))
    address = find_address(email)
    school = lock_school(scope, school_id)
    _check_new_here(scope, school_id, address)
    person = new_person(scope, name, None, sign_in_name, language, invited_email=address)
    scope.session.add(
        SchoolRole(person_id=person.id, school_id=school_id, role=role, since=since or scope.today)
    )
    scope.session.flush()
    return person.id, _send_invitation(scope, person, school, base_url)


@dataclass(frozen=True)
class Invited:
    """One of many to invite: what a school typed."""

    name: str
    address: str
    role: str
    language: str
    send_at: dt.datetime
    """When the mail leaves."""


def invite_many(scope: Scope, school_id: uuid.UUID, invited: Sequence[Invited], *, base_url: str) -> list[uuid.UUID]:
    """Invite people at addresses that nobody of the school has (`find_known`), each as invite_person does; their ids.

    In a few statements. Lock the school before looking who is known. Raises Refused, NotVisible.
    """
    if school_id not in scope.relations.administers:
        raise NotVisible(str(school_id))
    session, school = scope.session, scope.session.get_one(School, school_id)
    people = [_unopened(scope, one.name, one.language, invited_email=one.address) for one in invited]
    session.add_all(people)
    session.flush()
    session.add_all(Portfolio(kind=PERSON, person_id=person.id) for person in people)
    for person, one in zip(people, invited, strict=True):
        session.add(SchoolRole(person_id=person.id, school_id=school_id, role=one.role, since=scope.today))
        _send_link(scope, person, school, base_url, one.send_at)
    session.flush()
    return [person.id for person in people]


def find_known(scope: Scope, school_id: uuid.UUID, addresses: Collection[str] | None = None) -> set[str]:
    """The addresses (of these, if given) that the school's own people have or were invited at. One query."""
    either = (Person.email, Person.invited_email)
    found = scope.session.execute(
        select(*either)
        .join(SchoolRole, SchoolRole.person_id == Person.id)
        .where(SchoolRole.school_id == school_id, SchoolRole.not_over(scope.today))
        .where(*(() if addresses is None else (or_(*(one.in_(addresses) for one in either)),)))
    )
    return {address for row in found for address in row if address}


def renew_invitation(scope: Scope, person_id: uuid.UUID, *, base_url: str) -> str | None:
    """Invite again somebody who has not begun; earlier links stop. Returns the link only when there is no e-mail.

    Raises NotVisible for somebody of another school, NotAllowed for an account that has been used.
    """
    person = _get_unused(scope, person_id)
    return _send_invitation(scope, person, _school_of(scope, person_id), base_url)


def correct_invited(
    scope: Scope, person_id: uuid.UUID, *, name: str, email: str | None, sign_in_name: str = "", base_url: str
) -> tuple[bool, str | None]:
    """Mend the name or the way in of somebody who has not begun.

    With another way in earlier links stop and a new invitation is sent: the answer is whether it was, and the link
    when there is no e-mail. Raises NotAllowed once the account has been used: from then on only its owner changes
    these; NotVisible, and Refused as invite_person.
    """
    person = _get_unused(scope, person_id)
    address = find_address(email)
    school = _school_of(scope, person_id)
    _check_new_here(scope, school.id, address, but=person_id)
    before = person.invited_email, person.sign_in_name
    person.name = clean_name(name)
    person.invited_email = address
    person.sign_in_name = None if address else _free_sign_in_name(scope.session, sign_in_name, person.name, person_id)
    flush_or_refuse(scope.session, {"sign_in_name": _("Somebody else has this sign-in name.")})
    if (person.invited_email, person.sign_in_name) == before:
        return False, None
    return True, _send_invitation(scope, person, school, base_url)


def remove_invited(scope: Scope, person_id: uuid.UUID) -> str:
    """Take away somebody who has not begun, with their roles and the link; returns the name.

    Raises as renew_invitation.
    """
    person = _get_unused(scope, person_id)
    name = person.name
    scope.session.expunge(person)
    scope.session.execute(
        delete(Person)
        .where(Person.id == person_id, Person.used_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    return name


def new_person(
    scope: Scope,
    name: str,
    address: str | None,
    sign_in_name: str,
    language: str,
    password_hash: str = "",
    *,
    invited_email: str | None = None,
) -> Person:
    """An account nobody has opened yet, with its own empty portfolio. Raises Refused."""
    person = _unopened(scope, name, language, invited_email=invited_email)
    person.email, person.password_hash = address, password_hash
    if address is None and invited_email is None:
        person.sign_in_name = _free_sign_in_name(scope.session, sign_in_name, person.name)
    scope.session.add(person)
    flush_or_refuse(scope.session, {"email": _("Somebody else was just given this address or sign-in name.")})
    scope.session.add(Portfolio(kind=PERSON, person_id=person.id))
    scope.session.flush()
    return person


def _unopened(scope: Scope, name: str, language: str, *, invited_email: str | None) -> Person:
    person = Person(id=new_id(), name=clean_name(name), password_hash="", created_at=scope.now)
    person.language = language if language in LANGUAGES else DEFAULT
    person.invited_email = invited_email
    return person


def clean_name(name: str) -> str:
    """A person's name on one line. Raises Refused for none, or one too long."""
    name = clean_line(name)
    if not name:
        raise Refused({"name": _("Fill in a name.")})
    if len(name) > NAME_LENGTH:
        raise Refused({"name": too_long(NAME_LENGTH, len(name))})
    return name


def find_address(email: str | None) -> str | None:
    """An address as accounts keep it, in lower case; None for none. Raises Refused for what is no address."""
    if not email or not email.strip():
        return None
    try:
        return account_address(email)
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
    people = lock_people(scope.session, person_id)  # before it is read: a link goes to the address there is by then
    get_administered(scope, person_id, alone=True, ever=True)
    if people[person_id].used_at is not None:
        raise NotAllowed("the account has been used")
    return people[person_id]


def _school_of(scope: Scope, person_id: uuid.UUID) -> School:
    """The school that invited somebody: who has not begun is known at one only."""
    return scope.session.scalars(
        select(School)
        .join(SchoolRole, SchoolRole.school_id == School.id)
        .where(SchoolRole.person_id == person_id, School.id.in_(scope.relations.administers))
        .limit(1)
    ).one()


def lock_school(scope: Scope, school_id: uuid.UUID) -> School:
    """The school; two administrators who invite the same address at once see each other's invitation."""
    return scope.session.scalars(
        select(School).where(School.id == school_id).with_for_update(key_share=True)
    ).one()


def _check_new_here(
    scope: Scope, school_id: uuid.UUID, address: str | None, *, but: uuid.UUID | None = None
) -> None:
    """Only the school's own people are looked at: an address that is known elsewhere is like any other."""
    if address is None:
        return
    known = scope.session.scalar(
        select(Person.name)
        .join(SchoolRole, SchoolRole.person_id == Person.id)
        .where(
            SchoolRole.school_id == school_id,
            SchoolRole.not_over(scope.today),
            or_(Person.email == address, Person.invited_email == address),
            Person.id != but,
        )
        .limit(1)
    )
    if known is not None:
        message = _("This is the address of %(name)s, whom you find among the people of this school.", name=known)
        raise Refused({"email": message})


def _send_invitation(scope: Scope, person: Person, school: School, base_url: str) -> str | None:
    links.withdraw_links(scope.session, person.id, scope.now, links.INVITATION)
    return _send_link(scope, person, school, base_url)


def _send_link(
    scope: Scope, person: Person, school: School, base_url: str, send_at: dt.datetime | None = None
) -> str | None:
    token = links.make_link(
        scope.session, links.INVITATION, scope.now, person_id=person.id, made_by=scope.me.id
    )
    link = f"{base_url}/invitation/{token}"
    if person.invited_email is None:
        return link
    mails.mail_invitation(scope.session, person, person.invited_email, link, scope.me, school.name, send_at)
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
