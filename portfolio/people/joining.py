"""An invitation, as the person it is for meets it: begin an account, come along with the one there is, or say no.

Whoever opens the link reads the mailbox it went to, so here, and nowhere else, it is said whether that address has an
account. Until its owner says yes, nothing of what the school entered counts for that account.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, aliased

from portfolio.errors import Refused
from portfolio.i18n import LANGUAGES
from portfolio.i18n import gettext as _
from portfolio.people import links
from portfolio.people.inviting import flush_or_refuse
from portfolio.people.merging import merge
from portfolio.people.models import Coaching, Leadership, Person, School, SchoolRole
from portfolio.people.security import note_event
from portfolio.people.wall import lock_people
from portfolio.scope import Scope

Facts = dict[str, list[tuple[str, str, dt.date]]]


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
    """"" when every role it came with has ended."""
    roles: tuple[tuple[str, dt.date], ...]
    """What somebody becomes there, from when."""
    leaders: tuple[str, ...]
    leads: tuple[str, ...]
    coaches: tuple[str, ...]
    """Whose coach somebody becomes."""
    account_id: uuid.UUID | None
    """The account that has this address already."""


def get_invitation(session: Session, link: links.FoundLink, today: dt.date) -> Invitation:
    """Who is invited by whom, and what comes with it. Three queries. Raises LinkGone for what is gone or begun."""
    inviter, account = aliased(Person), aliased(Person)
    found = session.execute(
        select(Person, inviter.name, account.id)
        .select_from(Person)
        .outerjoin(inviter, inviter.id == link.made_by)
        .outerjoin(account, account.email == Person.invited_email)
        .where(Person.id == link.person_id, Person.used_at.is_(None))
    ).one_or_none()
    if found is None:
        raise links.LinkGone(links.FoundLink(links.USED, link.purpose))
    person, by, account_id = found
    facts = _facts(session, person.id, today)
    roles = facts.get("role", [])
    return Invitation(
        person.id,
        person.name,
        person.invited_email or "",
        person.sign_in_name or "",
        person.language,
        by or "",
        roles[0][0] if roles else "",
        tuple((role, since) for _school, role, since in roles),
        leaders=_names(facts, "by"),
        leads=_names(facts, "of"),
        coaches=_names(facts, "coach"),
        account_id=account_id,
    )


def accept_invitation(scope: Scope, token: str, password_hash: str, language: str, browser: str = "") -> Person:
    """Open the account with the password its owner chose.

    Raises LinkGone for a link that no longer works, Refused when the address is an account's by now: see join.
    """
    person, _people = _use(scope, token)
    person.password_hash = password_hash
    person.language = language if language in LANGUAGES else person.language
    person.email, person.invited_email = person.invited_email, None
    flush_or_refuse(scope.session, {"": _("By now there is an account with this address.")})
    links.withdraw_links(scope.session, person.id, scope.now, links.INVITATION, links.RESET)
    note_event(scope.session, person.id, "password-chosen", scope.now, browser)
    return person


def join(scope: Scope, token: str, browser: str = "") -> None:
    """The viewer, whose account has the address that was invited, says yes: what the school entered is theirs now.

    Raises LinkGone, and Refused for an invitation to another address than the viewer's.
    """
    invited, people = _use(scope, token, scope.me.id)
    if invited.invited_email is None or people[scope.me.id].email != invited.invited_email:
        raise Refused(_("This invitation is for another account than the one you are signed in with."))
    merge(scope, invited, people)
    note_event(scope.session, scope.me.id, "invitation-accepted", scope.now, browser)


def decline(scope: Scope, token: str) -> None:
    """No: the link stops, and nothing else changes, so that the school isn't told. Raises LinkGone."""
    _use(scope, token)


def _use(scope: Scope, token: str, *more: uuid.UUID) -> tuple[Person, dict[uuid.UUID, Person]]:
    """Who is invited, and everybody who is locked now: `more` too. The school as well locks people before links."""
    link = links.get_open_link(scope.session, links.INVITATION, token, scope.now)
    who = (one for one in (link.person_id, *more) if one)
    people = lock_people(scope.session, *who, governed_on=scope.today if more else None)
    links.use_link(scope.session, links.INVITATION, token, scope.now)
    person = people.get(link.person_id) if link.person_id else None
    if person is None or person.used_at is not None:
        raise links.LinkGone(links.FoundLink(links.USED, links.INVITATION))
    return person, people


def _names(facts: Facts, what: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _role, _since in facts.get(what, ())))


def _facts(session: Session, person_id: uuid.UUID, today: dt.date) -> Facts:
    """What was entered for somebody who has not begun, as far as it runs or is to come."""
    none = literal("")
    leader, led, taught = aliased(Person), aliased(Person), aliased(Person)
    parts = [
        select(literal("role"), School.name, SchoolRole.role, SchoolRole.since)
        .join(SchoolRole, SchoolRole.school_id == School.id)
        .where(SchoolRole.person_id == person_id, SchoolRole.not_over(today)),
        select(literal("by"), leader.name, none, Leadership.since)
        .join(leader, leader.id == Leadership.leader_id)
        .where(Leadership.teacher_id == person_id, Leadership.not_over(today)),
        select(literal("of"), led.name, none, Leadership.since)
        .join(led, led.id == Leadership.teacher_id)
        .where(Leadership.leader_id == person_id, Leadership.not_over(today)),
        select(literal("coach"), taught.name, none, Coaching.since)
        .join(taught, taught.id == Coaching.teacher_id)
        .where(
            Coaching.coach_id == person_id,
            Coaching.accepted_at.is_not(None),
            Coaching.not_over(today),
        ),
    ]
    found: Facts = {}
    for what, name, role, since in session.execute(union_all(*parts)):
        found.setdefault(what, []).append((name, role, since))
    for lines in found.values():
        lines.sort(key=lambda line: (line[2], line[0], line[1]))
    return found
