"""Inviting the people of a file: a job that does some at a time, and taking it back within the hour.

Each piece of work is one transaction with the job that asks for the next one, so that a worker that is ended halfway
leaves nobody half invited, and another goes on with who is left. The invitations are those of `inviting.py`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portfolio.clock import day_of
from portfolio.errors import NotVisible, Refused
from portfolio.gate import Gate
from portfolio.i18n import gettext as _
from portfolio.jobs.service import JobContext, add_job, job_kind
from portfolio.people import inviting, limits
from portfolio.people.models import Cohort, CohortMember, Person
from portfolio.people.roster_models import Roster, RosterLine
from portfolio.people.rosters import (
    INVITED,
    KNOWN,
    OFTEN,
    PREVIEW,
    WAITING,
    RosterFacts,
    get_roster,
)
from portfolio.scope import Scope, Viewer, load_relations

INVITE = "invite-roster"
AT_ONCE = 50
"""People in one transaction: on SQLite nobody else writes meanwhile."""
MAIL_EVERY = dt.timedelta(seconds=0.5)
"""Two thousand mails leave within seventeen minutes, and others' mail between them."""


def confirm(scope: Scope, school_id: uuid.UUID, roster_id: uuid.UUID) -> None:
    """Say yes: a job invites the people of the file, in the viewer's name. A second yes changes nothing.

    Raises NotVisible, and Refused for a file without anybody to invite.
    """
    facts = _lock(scope, school_id, roster_id)
    if facts.state != PREVIEW:
        return
    if not facts.people:
        raise Refused(_("There is nobody to invite in this file. Mend it and choose it again."))
    scope.session.execute(
        update(Roster)
        .where(Roster.id == roster_id)
        .values(confirmed_at=scope.now, made_by=scope.me.id)
        .execution_options(synchronize_session=False)
    )
    _ask_for_more(scope.session, roster_id, scope.me.id, scope.now)


def undo(scope: Scope, school_id: uuid.UUID, roster_id: uuid.UUID) -> tuple[int, int]:
    """Take back whom the file invited and who has not begun; returns how many went, and how many stay.

    With them go their line, their link, a mail that waits, and what was entered for them since; as when somebody is
    taken out of the list. Who is still to be invited is not. Raises Refused after an hour, NotVisible.
    """
    facts = _lock(scope, school_id, roster_id)
    if not facts.can_be_undone(scope.now):
        raise Refused(_("This can't be undone any more. You can still take people out of the list one by one."))
    session = scope.session
    session.execute(
        update(Roster)
        .where(Roster.id == roster_id)
        .values(undone_at=scope.now)
        .execution_options(synchronize_session=False)
    )
    mine = RosterLine.roster_id == roster_id
    # Who says yes at this moment has locked the row, or finds it gone.
    gone = session.scalars(
        select(Person.id)
        .join(RosterLine, RosterLine.person_id == Person.id)
        .where(mine, Person.used_at.is_(None))
        .order_by(Person.id)
        .with_for_update(key_share=True, of=Person)
    ).all()
    session.execute(
        delete(RosterLine)
        .where(mine, RosterLine.outcome != INVITED)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Person).where(Person.id.in_(gone)).execution_options(synchronize_session=False))
    return len(gone), facts.outcomes[INVITED] - len(gone)  # lines of who was taken out by hand went with them


def _lock(scope: Scope, school_id: uuid.UUID, roster_id: uuid.UUID) -> RosterFacts:
    """The roster, which nobody else changes until this transaction ends. Raises NotVisible."""
    locked = select(Roster.id).where(Roster.id == roster_id, Roster.school_id == school_id).with_for_update()
    if scope.session.execute(locked).first() is None:
        raise NotVisible(str(roster_id))
    return get_roster(scope, school_id, roster_id)


def _ask_for_more(session: Session, roster_id: uuid.UUID, by: uuid.UUID, confirmed_at: dt.datetime) -> None:
    # Due since the yes: so it comes before the mails of the piece before it, of which each may take a second.
    add_job(session, INVITE, {"roster": str(roster_id)}, person_id=by, run_at=confirmed_at)


@job_kind(INVITE)
def invite_some(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Invite the next people of a file; and ask for the same again, or write down that it is done."""
    roster = session.scalar(select(Roster).where(Roster.id == uuid.UUID(payload["roster"])).with_for_update())
    if roster is None or roster.confirmed_at is None or roster.done_at is not None or roster.undone_at is not None:
        return
    scope = _scope_of(session, roster.made_by, context.now)
    lines: Sequence[RosterLine] = ()
    if roster.school_id in scope.relations.administers:  # who is administrator no more invites nobody
        waiting = select(RosterLine).where(RosterLine.roster_id == roster.id, RosterLine.outcome == WAITING)
        lines = session.scalars(waiting.order_by(RosterLine.number).limit(AT_ONCE)).all()
    if lines:
        _invite(scope, roster, lines, context.settings.base_url)
    if len(lines) == AT_ONCE:
        _ask_for_more(session, roster.id, roster.made_by, roster.confirmed_at)
    else:
        roster.done_at = context.now
    session.flush()


def _invite(scope: Scope, roster: Roster, lines: Sequence[RosterLine], base_url: str) -> None:
    session, school_id = scope.session, roster.school_id
    inviting.lock_school(scope, school_id)
    known = inviting.find_known(scope, school_id, [line.email for line in lines])
    new = []
    for line in lines:
        if line.email in known:
            line.outcome = KNOWN
        else:
            new.append(line)
    names = [(f"{school_id} {line.email}", f"{scope.me.id} {line.email}") for line in new]
    allowed = limits.count_each(session, scope.now, limits.INVITATIONS_PER_ADDRESS, names)
    some = []
    for line, may in zip(new, allowed, strict=True):
        line.outcome = INVITED if may else OFTEN
        if may:
            some.append(line)
    invited = [
        inviting.Invited(line.name, line.email, line.role, line.language, _leaves_at(roster, line)) for line in some
    ]
    ids = inviting.invite_many(scope, school_id, invited, base_url=base_url)
    periods = _cohort_periods(scope, {line.cohort_id for line in some if line.cohort_id})
    for line, person_id in zip(some, ids, strict=True):
        line.person_id = person_id
        if line.cohort_id in periods:
            since, until = periods[line.cohort_id]
            session.add(
                CohortMember(
                    cohort_id=line.cohort_id, school_id=school_id, person_id=person_id, since=since, until=until
                )
            )


def _leaves_at(roster: Roster, line: RosterLine) -> dt.datetime:
    assert roster.confirmed_at is not None
    return roster.confirmed_at + MAIL_EVERY * line.number


def _cohort_periods(scope: Scope, ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[dt.date, dt.date | None]]:
    """From when until when somebody who comes in today takes part; less cohorts that have ended."""
    if not ids:
        return {}
    rows = scope.session.execute(
        select(Cohort.id, Cohort.since, Cohort.until).where(Cohort.id.in_(ids), Cohort.not_over(scope.today))
    )
    return {id_: (max(since, scope.today), until) for id_, since, until in rows}


def _scope_of(session: Session, person_id: uuid.UUID, now: dt.datetime) -> Scope:
    """The scope of who said yes. A job goes to no plugin's place, so nothing is on."""
    person = session.get_one(Person, person_id)
    nothing: frozenset[str] = frozenset()
    return Scope(
        session=session,
        viewer=Viewer(person.id, person.name, person.language),
        relations=load_relations(session, person_id, day_of(now)),
        gate=Gate(always=nothing, installed=nothing, switched=nothing, wrote_in=nothing),
        now=now,
        writing=True,
    )
