"""A school's administration: its name, its people and their roles, and further schools; never what anybody writes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from portfolio.clock import Ending
from portfolio.entries.inputs import years_from
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import LazyText
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.inviting import invite_person
from portfolio.people.models import Person, School, SchoolRole
from portfolio.people.wall import lock_people
from portfolio.scope import Scope

ROLES: dict[str, LazyText] = {
    "teacher": _l("Teacher"),
    "coach": _l("Coach"),
    "leader": _l("Leader"),
    "administrator": _l("Administrator"),
}
"""What somebody can be at a school. "Leader" opens nothing by itself: whom they lead is a row of its own."""
SCHOOL_NAME_LENGTH, FOCUS_LENGTH = 120, 200
YEARS_BACK, YEARS_AHEAD = 50, 10


@dataclass(frozen=True)
class RoleLine(Ending):
    """Somebody's role at a school, from a day until a day. Nothing here says what they do with their account."""

    role_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    has_email: bool
    """The account has an address; which is its owner's affair."""
    invited_email: str
    """Where the invitation of who has not begun goes; "" for who has none."""
    sign_in_name: str
    role: str
    since: dt.date
    until: dt.date | None
    begun: bool
    """They have signed in once: from then on the school can't touch their way in."""

    @property
    def role_name(self) -> LazyText | str:
        """The role in words."""
        return ROLES.get(self.role, self.role)


@dataclass(frozen=True)
class SchoolFacts:
    """A school as its administrator sees it."""

    id: uuid.UUID
    name: str
    theme: str
    board_id: uuid.UUID | None


_LINES = select(
    SchoolRole.id,
    Person.id,
    Person.name,
    Person.email,
    Person.invited_email,
    Person.sign_in_name,
    SchoolRole.role,
    SchoolRole.since,
    SchoolRole.until,
    Person.used_at,
).join(Person, Person.id == SchoolRole.person_id)


def check_administrator(scope: Scope, school_id: uuid.UUID) -> None:
    """Raises NotVisible when the viewer doesn't administer the school today."""
    if school_id not in scope.relations.administers:
        raise NotVisible(str(school_id))


def get_school(scope: Scope, school_id: uuid.UUID) -> SchoolFacts:
    """A school the viewer administers. Raises NotVisible."""
    check_administrator(scope, school_id)
    row = scope.session.execute(
        select(School.id, School.name, School.theme, School.board_id).where(School.id == school_id)
    ).one()
    return SchoolFacts(*row)


def list_roles(scope: Scope, school_id: uuid.UUID, person_id: uuid.UUID | None = None) -> list[RoleLine]:
    """Every role at the school (of one person, if given) by name, ended ones too. One query."""
    check_administrator(scope, school_id)
    statement = _LINES.where(SchoolRole.school_id == school_id)
    if person_id is not None:
        statement = statement.where(SchoolRole.person_id == person_id)
    rows = scope.session.execute(statement.order_by(Person.name, Person.id, SchoolRole.since, SchoolRole.id))
    return [
        RoleLine(id_, person, name, email is not None, invited or "", way_in or "", role, since, until, bool(used))
        for id_, person, name, email, invited, way_in, role, since, until, used in rows
    ]


def list_people_here(scope: Scope, school_id: uuid.UUID, *roles: str) -> list[tuple[uuid.UUID, str]]:
    """People with a role (one of `roles`, if given) at the school today or later, by name. One query."""
    check_administrator(scope, school_id)
    statement = (
        select(Person.id, Person.name)
        .join(SchoolRole, SchoolRole.person_id == Person.id)
        .where(SchoolRole.school_id == school_id, SchoolRole.not_over(scope.today))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    if roles:
        statement = statement.where(SchoolRole.role.in_(roles))
    return [(id_, name) for id_, name in scope.session.execute(statement)]


def invite(
    scope: Scope, school_id: uuid.UUID, *, name: str, email: str, role: str, since: dt.date, base_url: str
) -> tuple[uuid.UUID, str | None]:
    """Invite somebody with a role from a day on; the person's id and, for who has no e-mail, the link to hand over.

    Raises Refused (fields name, email, role, since) and NotVisible.
    """
    check_administrator(scope, school_id)
    _check_role(role)
    check_period(scope, since, None)
    return invite_person(
        scope, name, email or None, base_url=base_url, school_id=school_id, role=role, since=since
    )


def add_role(
    scope: Scope, school_id: uuid.UUID, person_id: uuid.UUID, role: str, since: dt.date, last_day: dt.date | None
) -> None:
    """One more role for somebody who has one here. Raises Refused (fields role, since, last_day).

    Who left is invited again, and says yes again. Somebody without e-mail has no other way back.
    """
    lines = list_roles(scope, school_id, person_id)
    if not lines:
        raise NotVisible(str(person_id))
    _check_role(role)
    until = check_period(scope, since, last_day)
    lock_people(scope.session, person_id)
    lines = list_roles(scope, school_id, person_id)
    if not lines:  # removed meanwhile, or come along with another account
        raise NotVisible(str(person_id))
    if lines[0].begun and lines[0].has_email and not any(line.not_over(scope.today) for line in lines):
        raise Refused({"role": _("This person has left the school. Invite them again; they decide whether they come.")})
    for line in lines:
        if line.role == role and overlap(line.since, line.until, since, until):
            raise Refused({"role": _("This person has that role in these days already.")})
    scope.session.add(
        SchoolRole(person_id=person_id, school_id=school_id, role=role, since=since, until=until)
    )
    scope.session.flush()


def end_role(
    scope: Scope, school_id: uuid.UUID, role_id: uuid.UUID, last_day: dt.date, *, of: uuid.UUID | None = None
) -> None:
    """A role ends after its last day; `of` is whose it must be.

    Raises Refused (last_day), also for the last administrator; NotVisible.
    """
    check_administrator(scope, school_id)
    # Two administrators who end each other's role at once: one waits here, then sees that they are the last.
    scope.session.execute(select(School.id).where(School.id == school_id).with_for_update())
    role = scope.session.get(SchoolRole, role_id)
    if role is None or role.school_id != school_id or of not in (None, role.person_id):
        raise NotVisible(str(role_id))
    until = check_end(scope, role.since, last_day)
    if role.role == "administrator" and not _another_administrator(scope, role, until):
        message = _("A school can't be without an administrator. Give somebody else that role first.")
        raise Refused({"last_day": message})
    role.until = until
    scope.session.flush()


def make_school(scope: Scope, school_id: uuid.UUID, name: str, theme: str, themes: Collection[str]) -> uuid.UUID:
    """Another school under the same board, with the viewer as its administrator; returns its id."""
    board = get_school(scope, school_id).board_id
    _check_theme(theme, themes)
    school = School(name=name, theme=theme, board_id=board)
    scope.session.add(school)
    scope.session.flush()
    scope.session.add(
        SchoolRole(person_id=scope.me.id, school_id=school.id, role="administrator", since=scope.today)
    )
    scope.session.flush()
    return school.id


def change_school(scope: Scope, school_id: uuid.UUID, name: str, theme: str, themes: Collection[str]) -> None:
    """Another name or theme. Raises Refused (theme), NotVisible."""
    check_administrator(scope, school_id)
    _check_theme(theme, themes)
    school = scope.session.get_one(School, school_id)
    school.name, school.theme = name, theme
    scope.session.flush()


def check_period(scope: Scope, since: dt.date, last_day: dt.date | None) -> dt.date | None:
    """The `until` of a period that can be; None for an open one. Raises Refused (fields since, last_day)."""
    if since < years_from(scope.today, -YEARS_BACK):
        raise Refused({"since": _("This day is too long ago.")})
    if since > years_from(scope.today, YEARS_AHEAD):
        raise Refused({"since": _("This day is more than ten years away.")})
    return None if last_day is None else check_end(scope, since, last_day)


def check_end(scope: Scope, since: dt.date, last_day: dt.date) -> dt.date:
    """The `until` that goes with a last day. Raises Refused (last_day)."""
    if last_day < since:
        raise Refused({"last_day": _("This end lies before its start.")})
    if last_day > years_from(max(since, scope.today), YEARS_AHEAD):
        raise Refused({"last_day": _("This day is more than ten years away.")})
    return last_day + dt.timedelta(days=1)


def overlap(since: dt.date, until: dt.date | None, other_since: dt.date, other_until: dt.date | None) -> bool:
    """Whether two periods have a day in common."""
    return (until is None or until > other_since) and (other_until is None or other_until > since)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Refused({"role": _("Choose one of these.")})


def _check_theme(theme: str, themes: Collection[str]) -> None:
    if theme not in themes:
        raise Refused({"theme": _("Choose one of these.")})


def _another_administrator(scope: Scope, role: SchoolRole, until: dt.date) -> bool:
    """Whether somebody administers the school on the day this role ends and, as far as is known, from then on."""
    others = scope.session.scalars(
        select(SchoolRole)
        .join(Person, Person.id == SchoolRole.person_id)
        .where(
            Person.used_at.is_not(None),  # who was only invited may never come
            SchoolRole.school_id == role.school_id,
            SchoolRole.role == "administrator",
            SchoolRole.id != role.id,
            SchoolRole.since <= until,
            SchoolRole.until.is_(None),
        )
    )
    return others.first() is not None
