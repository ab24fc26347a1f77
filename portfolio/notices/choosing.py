"""How somebody hears of news: by mail or not, when, from which day on; and whether they look back at earlier years."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Uuid, bindparam, case, literal, select, update
from sqlalchemy.orm import Session

from portfolio.contributions import NoticeKind
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.inserting import insert_into
from portfolio.notices.kinds import ALL, NEVER, RHYTHMS, mail_due, rhythm_of
from portfolio.notices.models import NewsSetting, Notice
from portfolio.people.models import Person
from portfolio.scope import Scope

LONGEST_PAUSE = dt.timedelta(days=366)
_LOCK = select(Person.id).where(Person.id == bindparam("person", type_=Uuid())).with_for_update(key_share=True)


@dataclass(frozen=True)
class Choice:
    """What somebody chose, as a form shows and sends it."""

    rhythms: Mapping[str, str] = field(default_factory=dict)
    """By code of each kind that there is for them."""
    paused_until: dt.date | None = None
    look_back: bool = False


def get_choice(scope: Scope, kinds: Sequence[NoticeKind]) -> Choice:
    """What the viewer chose about these kinds, or what counts for who chose nothing. One query."""
    row = scope.session.execute(
        select(NewsSetting.rhythms, NewsSetting.paused_until, NewsSetting.look_back).where(
            NewsSetting.person_id == scope.me.id
        )
    ).one_or_none()
    chosen, paused, look_back = row or ({}, None, False)
    over = paused is None or paused <= scope.today
    return Choice({kind.code: rhythm_of(kind, chosen) for kind in kinds}, None if over else paused, look_back)


def choose(scope: Scope, kinds: Sequence[NoticeKind], choice: Choice) -> None:
    """Keep how the viewer wants to hear of these kinds. It counts for what nobody mailed yet, too.

    Raises Refused (paused_until) for a day that has passed, or more than a year away.
    """
    paused = choice.paused_until
    if paused is not None and paused <= scope.today:
        raise Refused({"paused_until": _("This day has passed. Choose a later day, or leave it empty.")})
    if paused is not None and paused > scope.today + LONGEST_PAUSE:
        raise Refused({"paused_until": _("This is more than a year away. Choose an earlier day.")})
    rhythms: dict[str, Any] = {kind.code: choice.rhythms[kind.code] for kind in kinds if kind.code in choice.rhythms}
    if set(rhythms.values()) == {NEVER}:
        rhythms[ALL] = NEVER  # also of what comes later
    put_setting(scope.session, scope.me.id, rhythms=rhythms, paused_until=paused, look_back=choice.look_back)
    _due_anew(scope, {code: str(rhythm) for code, rhythm in rhythms.items() if rhythm in RHYTHMS})


def stop_mail(session: Session, person_id: uuid.UUID) -> None:
    """No more mail about news for this person, of any kind; nothing happens when there is no such account."""
    there = session.execute(_LOCK, {"person": person_id}).first()
    if there is not None:
        put_setting(session, person_id, rhythms={ALL: NEVER})
        session.execute(
            update(Notice)
            .where(Notice.person_id == person_id, Notice.mail_due.is_not(None))
            .values(mail_due=None)
            .execution_options(synchronize_session=False)
        )


def put_setting(session: Session, person_id: uuid.UUID, **values: Any) -> None:
    """Keep these columns of somebody's NewsSetting, and leave the others as they are. One query."""
    statement = insert_into(session, NewsSetting).values(
        **{"person_id": person_id, "rhythms": {}, "look_back": False, **values}
    )
    session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


def _due_anew(scope: Scope, rhythms: Mapping[str, str]) -> None:
    """Mail about what is still to be told goes by the new choice."""
    by_kind = {code: mail_due(rhythm, scope.now) for code, rhythm in rhythms.items() if code != ALL}
    mine = (Notice.person_id == scope.me.id, Notice.mail_due.is_not(None), Notice.read_at.is_(None))
    moments = case(*((Notice.kind == code, literal(due, Notice.mail_due.type)) for code, due in by_kind.items()))
    scope.session.execute(
        update(Notice)
        .where(*mine, Notice.kind.in_(list(by_kind)))
        .values(mail_due=moments)
        .execution_options(synchronize_session=False)
    )
