"""Telling people that something happened: news inside the portfolio, in the transaction of what it is about.

Mail follows by itself, as each person wants it: a job looks then whether there is still something to be read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, case, func, literal, null, select

from portfolio.among import Many, any_of
from portfolio.contributions import NoticeKind
from portfolio.inserting import insert_into
from portfolio.notices.kinds import ALL, DAILY, NOW, WEEKLY, bundle, mail_due, spot
from portfolio.notices.models import NewsSetting, Notice
from portfolio.people.models import Person
from portfolio.scope import Scope


def notify(
    scope: Scope,
    kind: NoticeKind,
    to: Iterable[uuid.UUID | None] | Select[Any],
    *,
    entry_id: uuid.UUID | None = None,
    portfolio_id: uuid.UUID | None = None,
    coaching_id: uuid.UUID | None = None,
    membership_id: uuid.UUID | None = None,
    partner_id: uuid.UUID | None = None,
) -> None:
    """Tell these people, but not the viewer, of something the viewer did to exactly one of these things.

    They may be a query of their ids; None among them is somebody without an account. News about a place
    (`portfolio_id`) names nobody. The same kind of news about the same thing is one line, that comes to the top; while
    it is unread, no other mail is asked for. Whether they may see the thing is asked when they read. One query,
    whatever their number; none for nobody.
    """
    things = {
        "entry_id": entry_id, "portfolio_id": portfolio_id, "coaching_id": coaching_id,
        "membership_id": membership_id, "partner_id": partner_id,
    }  # fmt: skip
    [thing] = (id_ for id_ in things.values() if id_ is not None)
    people: Any = to
    if not isinstance(to, Select):
        people = {id_ for id_ in to if id_ is not None and id_ != scope.me.id}
        if not people:
            return
    actor = None if portfolio_id else scope.me.id
    values: dict[str, Any] = {
        **things,
        "kind": kind.code,
        "bundle": bundle(kind.code, thing, actor),
        "spot": spot(kind.code, portfolio_id) if portfolio_id else "",
        "actor_id": actor,
        "since": scope.now,
        "at": scope.now,
    }
    columns: dict[str, Any] = {name: literal(one, getattr(Notice, name).type) for name, one in values.items()}
    columns |= {"person_id": Person.id, "mail_due": _mail_due(scope, kind)}
    rows = (
        select(*columns.values())
        .select_from(Person)
        .outerjoin(NewsSetting, NewsSetting.person_id == Person.id)
        .where(_among(people), Person.id != scope.me.id, Person.used_at.is_not(None))
        .order_by(Person.id)
    )
    statement = insert_into(scope.session, Notice).from_select(list(columns), rows)
    scope.rows(_again(statement))


def _among(people: Any) -> Any:
    if isinstance(people, Select):
        return Person.id.in_(people)
    return any_of(Person.id, bindparam("people", sorted(people), type_=Many(Uuid())))


def _mail_due(scope: Scope, kind: NoticeKind) -> Any:
    """When a mail may tell each of them, by what they chose."""
    chosen = NewsSetting.rhythms
    rhythm = func.coalesce(chosen[kind.code].as_string(), chosen[ALL].as_string(), kind.rhythm)
    moments = {one: literal(mail_due(one, scope.now), Notice.mail_due.type) for one in (NOW, DAILY, WEEKLY)}
    return case((Person.email.is_(None), null()), *((rhythm == one, due) for one, due in moments.items()), else_=null())


def _again(statement: Any) -> Any:
    """What is there already comes to the top; if it was read, it is new once more."""
    new = statement.excluded
    unread = Notice.read_at.is_(None)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "bundle"],
        set_={
            "since": case((unread, Notice.since), else_=new.since),
            "mail_due": case((unread, Notice.mail_due), else_=new.mail_due),
            "at": new.at,
            "read_at": null(),
        },
    )
