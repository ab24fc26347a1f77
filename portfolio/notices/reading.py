"""One's own news: what happened, as far as one may still see it at this moment.

Every line passes the access rules of the page it leads to. What was unshared, taken back, answered, or is behind the
wall by now is not there: no title, no name, no gap.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from portfolio.access import READ, VISIBLE, parameters
from portfolio.among import any_of, ids, names, none_of
from portfolio.contributions import NoticeKind
from portfolio.entries.models import Entry
from portfolio.gate import Gate
from portfolio.notices.flag import is_asked, is_invited, is_proposed, was_said
from portfolio.notices.kinds import OWN, spot
from portfolio.notices.models import Notice
from portfolio.people.models import CohortPartner, Person
from portfolio.scope import Relations, Scope

PAGE = 30
SETTLED = dt.timedelta(minutes=1)
"""Whatever happened longer ago is in the list by now, or isn't to be seen."""
READ_KEPT, UNREAD_KEPT = dt.timedelta(days=90), dt.timedelta(days=365)


@dataclass(frozen=True)
class NewsLine:
    """One piece of news, and the ids of what it leads to."""

    bundle: str
    kind: str
    at: dt.datetime
    read_at: dt.datetime | None
    who: str
    """Name of who did it; "" when their account is gone."""
    entry_id: uuid.UUID | None
    plugin: str
    title: str
    portfolio_id: uuid.UUID | None
    """Of the entry, or the place itself."""
    school_id: uuid.UUID | None
    """That was asked."""


Seen = tuple[str, dt.datetime]
"""A notice, and when it last happened as far as somebody was shown."""
_ME = bindparam("me", type_=Uuid())
_actor = aliased(Person)


def _still_there() -> Any:
    """Condition on `notice` and its `entry`: the viewer may see today what it is about."""
    day: Any = bindparam("day")
    asked = and_(is_asked(day), any_of(CohortPartner.school_id, ids("administers")))
    readable = and_(
        Entry.deleted_at.is_(None),
        Entry.id.in_(VISIBLE[READ]),
        was_said(),
    )
    on_there = and_(Notice.entry_id.is_(None), any_of(Notice.spot, names("spots")))
    about = or_(readable, is_proposed(day), is_invited(day), asked, on_there)
    return and_(about, or_(Notice.actor_id.is_(None), none_of(Notice.actor_id, ids("led"))))


def _statement(*columns: Any) -> Any:
    return (
        select(*columns)
        .outerjoin(Entry, Entry.id == Notice.entry_id)
        .outerjoin(CohortPartner, CohortPartner.id == Notice.partner_id)
        .outerjoin(_actor, _actor.id == Notice.actor_id)
        .where(Notice.person_id == _ME, any_of(Notice.kind, names("kinds")), _still_there())
    )


_NEWS = (
    _statement(
        Notice.bundle, Notice.kind, Notice.at, Notice.read_at, _actor.name, Notice.entry_id, Entry.plugin, Entry.title,
        Entry.portfolio_id, Notice.portfolio_id, CohortPartner.school_id,
    )
    .order_by(Notice.at.desc(), Notice.bundle)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)  # fmt: skip
_TO_MAIL = _statement(Notice.bundle).where(Notice.read_at.is_(None), Notice.mail_due.is_not(None)).limit(1)


def list_news(
    scope: Scope, kinds: Mapping[str, NoticeKind], *, page: int = 1
) -> tuple[list[NewsLine], bool]:
    """The viewer's news, last first: one page, and whether there is another. One query.

    `kinds` are those of plugins.
    """
    values = _values(scope, kinds) | {"limit": PAGE + 1, "offset": (page - 1) * PAGE}
    rows = [
        NewsLine(bundle, kind, at, read_at, who or "", entry, plugin or "", title or "", of_entry or place, school)
        for bundle, kind, at, read_at, who, entry, plugin, title, of_entry, place, school in scope.rows(_NEWS, values)
    ]
    return rows[:PAGE], len(rows) > PAGE


def has_news_to_mail(scope: Scope, kinds: Mapping[str, NoticeKind]) -> bool:
    """Whether there is anything the viewer would find, hasn't read, and no mail has told of. One query."""
    return scope.rows(_TO_MAIL, _values(scope, kinds)).first() is not None


def mark_read(
    session: Session, person_id: uuid.UUID, seen: Sequence[Seen], now: dt.datetime, *, rest: bool = False
) -> None:
    """These were shown, as of their time; what happened again meanwhile stays new.

    With `rest` they were all there is to see: what else there is (gone by now, or not to be seen any more) is no news.
    """
    shown = [and_(Notice.bundle == bundle, Notice.at == at) for bundle, at in seen]
    if rest:
        shown.append(Notice.at < now - SETTLED)
    if not shown:
        return
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), or_(*shown))
        .values(read_at=now, mail_due=None)
        .execution_options(synchronize_session=False)
    )


def mark_read_about(
    session: Session, person_id: uuid.UUID, entry_id: uuid.UUID, until: dt.datetime, now: dt.datetime
) -> None:
    """The page of an entry was shown, with what was said about it `until` then: that is no news any more."""
    session.execute(
        update(Notice)
        .where(
            Notice.person_id == person_id, Notice.entry_id == entry_id, Notice.read_at.is_(None), Notice.at <= until
        )
        .values(read_at=now, mail_due=None)
        .execution_options(synchronize_session=False)
    )


def purge_notices(session: Session, now: dt.datetime) -> None:
    """Forget news three months after it was read, and what nobody read after a year."""
    old = or_(Notice.read_at < now - READ_KEPT, Notice.at < now - UNREAD_KEPT)
    session.execute(delete(Notice).where(old).execution_options(synchronize_session=False))


def list_kinds(scope: Scope, kinds: Mapping[str, NoticeKind]) -> list[NoticeKind]:
    """Of these kinds of plugins, those of which there can be news for the viewer."""
    there = {one.rpartition(":")[0] for one in _spots(scope.gate, scope.relations, kinds)}
    return [kind for code, kind in kinds.items() if code in there]


def _values(scope: Scope, kinds: Mapping[str, NoticeKind]) -> dict[str, Any]:
    return {
        **parameters(scope),
        "administers": sorted(scope.relations.administers),
        "kinds": [*OWN, *kinds],
        "spots": list(_spots(scope.gate, scope.relations, kinds)),
    }


def _spots(gate: Gate, relations: Relations, kinds: Mapping[str, NoticeKind]) -> Iterator[str]:
    """Where each plugin's news can be seen: the viewer's own portfolio and others they take part in, if it is on."""
    places = (*relations.circle_portfolios, *sorted(relations.joint))
    for code, kind in kinds.items():
        if relations.portfolio is not None and gate.is_on(kind.plugin):
            yield spot(code, relations.portfolio)
        for place in places:
            if gate.is_on_at(place, kind.plugin):
                yield spot(code, place)
