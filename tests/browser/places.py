"""Where in the demo world the telling pages lie: for each of its people the fullest entry of each kind, and so on."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Date, Uuid, column, func, or_, select, table
from sqlalchemy.orm import Session

from portfolio.entries.models import Attachment, Comment, Entry, Link, Portfolio, PortfolioMember, Share
from portfolio.people.models import CircleMember, Coaching, Cohort, CohortMember, Person, SchoolRole


def find_places(session: Session, who: str) -> dict[str, str]:
    """What `{portfolio}`, `{goal}` and so on mean for one of the demo's people; what they don't have is left out."""
    me = session.scalars(select(Person.id).where(Person.email == f"{who}@example.org")).one()
    own = (Entry.author_id == me, Entry.deleted_at.is_(None))
    coachings = select(Coaching.id).where(Coaching.coach_id == me, Coaching.accepted_at.is_not(None))
    shared = (
        Entry.id.in_(select(Share.entry_id).where(Share.coaching_id.in_(coachings), Share.until.is_(None))),
        Entry.deleted_at.is_(None),
    )
    agreed = (Coaching.teacher_id == me, Coaching.accepted_at.is_not(None), Coaching.until.is_(None))
    coaching = session.scalar(select(Coaching.id).where(*agreed))
    visions = session.scalars(
        select(Entry.id).where(*own, Entry.kind == "vision").order_by(Entry.happened_on.desc())
    ).all()
    administers = select(SchoolRole.school_id).where(SchoolRole.person_id == me, SchoolRole.role == "administrator")
    cohort = session.execute(select(Cohort.school_id, Cohort.id).where(Cohort.school_id.in_(administers))).first()
    members = select(CohortMember.id).where(CohortMember.school_id.in_(administers), CohortMember.until.is_(None))
    found = {
        "portfolio": session.scalar(select(Portfolio.id).where(Portfolio.person_id == me)),
        "goal": _fullest(session, *own, Entry.kind == "goal"),
        "evidence": _fullest(session, *own, Entry.kind == "evidence"),
        "reflection": _fullest(session, *own, Entry.kind == "reflection"),
        "vision": _fullest(session, *own, Entry.kind == "vision"),
        "version": next(iter(visions), None),
        "older": next(iter(visions[1:]), None),
        "role": _fullest(session, *own, Entry.kind == "role_held"),
        "move": _fullest(session, *own, Entry.kind == "career_move"),
        "said": session.scalar(select(Entry.id).where(*own, Entry.kind == "spoken_ambition").limit(1)),
        "week": session.scalar(select(Entry.id).where(*own, Entry.kind == "time_division").limit(1)),
        "joint": session.scalar(
            select(PortfolioMember.portfolio_id).where(PortfolioMember.person_id == me, PortfolioMember.until.is_(None))
        ),
        "recognition": session.scalar(select(Entry.id).where(Entry.kind == "recognition")),
        "pictured": _fullest(session, *own, Entry.id.in_(select(Attachment.entry_id))),
        "shared": _fullest(session, *shared),
        "lent": _fullest(session, *own, Entry.id.in_(select(Share.entry_id).where(Share.coaching_id == coaching))),
        "coaching": coaching,
        "circle": session.scalar(select(CircleMember.circle_id).where(CircleMember.person_id == me).limit(1)),
        "case": session.scalar(select(Entry.id).where(*own, Entry.kind == "intervisie_case").limit(1)),
        **_group(session, me),
        **_talks(session, me),
        "to_hand_over": session.scalar(select(Entry.id).where(*own, Entry.kind == "evidence").limit(1)),
        "school": session.scalar(administers),
        "cohort": f"/s/{cohort.school_id}/cohorts/{cohort.id}/" if cohort is not None else None,
        "member": session.scalar(members.order_by(CohortMember.id).limit(1)),
        "fenna": session.scalar(select(Person.id).where(Person.email == "fenna@example.org")),
    }
    return {name: str(place) for name, place in found.items() if place is not None}


def _group(session: Session, me: uuid.UUID) -> dict[str, str]:
    """Where the group lies that this person is in, its next session and the last one held."""
    mine = select(CircleMember.circle_id).where(CircleMember.person_id == me)
    groups = select(Portfolio.id).where(Portfolio.circle_id.in_(mine))
    sessions = table("intervisie_session", column("id", Uuid()), column("portfolio_id", Uuid()), column("day", Date()))
    rows = session.execute(
        select(sessions.c.portfolio_id, sessions.c.id)
        .where(sessions.c.portfolio_id.in_(groups))
        .order_by(sessions.c.day.desc())
    ).all()
    if not rows:
        return {}
    home = f"/p/{rows[0].portfolio_id}/intervisie/"
    coming, held = (f"{home}sessions/{row.id}/" for row in rows[:2])
    return {"group": home, "coming": coming, "held": held}


def _talks(session: Session, me: uuid.UUID) -> dict[str, str]:
    """Where this person's conversations lie: the one to come, the one that opened, and the one that was settled."""
    mine = select(PortfolioMember.portfolio_id).where(PortfolioMember.person_id == me)
    columns = column("id", Uuid()), column("portfolio_id", Uuid()), column("planned_on", Date())
    talks = table("ontwikkelgesprek_conversation", *columns)
    rows = session.execute(
        select(talks.c.portfolio_id, talks.c.id)
        .where(talks.c.portfolio_id.in_(mine))
        .order_by(talks.c.planned_on.desc())
    ).all()
    if not rows:
        return {}
    home = f"/p/{rows[0].portfolio_id}/ontwikkelgesprek/conversations"
    names = ("coming_talk", "open_talk", "settled_talk")
    found = {name: f"{home}/{row.id}/" for name, row in zip(names, rows, strict=True)}
    return {"talks": home, "check_dossier": home.removesuffix("conversations") + "check", **found}


def _fullest(session: Session, *which: ColumnElement[bool]) -> str | None:
    """The address of the entry on whose page there is most to see."""
    comments = select(func.count()).where(Comment.entry_id == Entry.id).scalar_subquery()
    links = select(func.count()).where(or_(Link.from_id == Entry.id, Link.to_id == Entry.id)).scalar_subquery()
    much = (Entry.number + comments + links).desc()
    row = session.execute(
        select(Entry.portfolio_id, Entry.plugin, Entry.id).where(*which).order_by(much, Entry.id).limit(1)
    ).first()
    if row is None:
        return None
    portfolio, plugin, entry = row
    assert isinstance(entry, uuid.UUID)
    return f"/p/{portfolio}/{plugin}/{entry}/"
