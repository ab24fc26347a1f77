"""Planning a conversation and changing that, by either of the two. Who saves on top of another's change is told."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek import log, news
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk
from portfolio_plugins.ontwikkelgesprek.kinds import TALKS
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER, Conversation
from sqlalchemy import select, update

from portfolio import once
from portfolio.entries.inputs import clean_line
from portfolio.errors import Conflict, NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people.joint import get_together
from portfolio.people.models import Leadership
from portfolio.scope import Scope

LENGTH = 200
_TABLE: Any = Conversation.__table__


@dataclass(frozen=True)
class Plan:
    """What a form said about a conversation."""

    kind: str
    day: dt.date
    begins_at: str = ""
    place: str = ""


def plan_talk(scope: Scope, plan: Plan, form_id: uuid.UUID | None = None) -> uuid.UUID:
    """Plan a conversation in the joint portfolio of this place; returns its id. Both find it there at once.

    Raises Refused (fields as in Plan), NotAllowed once the leadership is over, NotVisible elsewhere.
    """
    if scope.portfolio_id is None:
        raise NotVisible("no place")
    who = get_together(scope, scope.portfolio_id)
    led = scope.session.get(Leadership, who.leadership_id) if who.leadership_id else None
    if led is None or not who.not_over(scope.today):
        raise NotAllowed("plan")
    values = {"portfolio_id": scope.portfolio_id, **_values(scope, plan)}
    alike = (_TABLE.c[name] == value for name, value in values.items())
    same = select(Conversation.id).where(*alike, Conversation.cancelled_at.is_(None))

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        return scope.rows(same.limit(1)).scalar()

    people = {"teacher_id": led.teacher_id, "leader_id": led.leader_id, "planned_by": scope.me.id}
    talk_id, written = once.add_row(scope, _TABLE, values | people, form_id, [values], find_same)
    if written:
        log.write_line(scope, talk_id, LEADER if who.i_lead else TEACHER, log.PLANNED)
        news.tell(scope, scope.portfolio_id, news.PLANNED, led.teacher_id, led.leader_id)
    return talk_id


def change_plan(scope: Scope, talk_id: uuid.UUID, plan: Plan, seen: int) -> None:
    """Change what was planned. Raises Conflict, with the conversation as it stands, when it was changed since `seen`;
    NotAllowed once it is settled; Refused and NotVisible as `plan_talk`.
    """
    talk = get_talk(scope, talk_id)
    if not talk.goes_on:
        raise NotAllowed("change")
    values = _values(scope, plan)
    if values == {name: getattr(talk, name) for name in values}:
        return
    _put(scope, talk, values, seen)
    log.write_line(scope, talk_id, talk.side, log.CHANGED)
    news.tell_other(scope, talk, news.PLANNED)


def call_off(scope: Scope, talk_id: uuid.UUID) -> None:
    """Call a conversation off, as long as nothing opened; both releases are taken back. Calling it off twice is fine.

    Raises Refused once the preparations are open, or it is settled.
    """
    talk = get_talk(scope, talk_id)
    if talk.cancelled:
        return
    if talk.opened or not talk.goes_on:
        raise Refused(_("The preparations are open already, so it can't be called off any more."))
    off = {"cancelled_at": scope.now, "teacher_released_at": None, "leader_released_at": None}
    _put(scope, talk, off, talk.number, Conversation.opened_at.is_(None))
    log.write_line(scope, talk_id, talk.side, log.CANCELLED)
    news.tell_other(scope, talk, news.PLANNED)


def plan_after_all(scope: Scope, talk_id: uuid.UUID) -> None:
    """A conversation that was called off goes on after all. Raises NotAllowed once the leadership is over."""
    talk = get_talk(scope, talk_id)
    if not talk.cancelled:
        return
    if not talk.leader_there:
        raise NotAllowed("resume")
    _put(scope, talk, {"cancelled_at": None}, talk.number)
    log.write_line(scope, talk_id, talk.side, log.RESUMED)
    news.tell_other(scope, talk, news.PLANNED)


def _put(scope: Scope, talk: Talk, values: Mapping[str, Any], seen: int, *still: Any) -> None:
    moved = scope.session.execute(
        update(Conversation)
        .where(Conversation.id == talk.id, Conversation.number == seen, *still)
        .values(number=seen + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(get_talk(scope, talk.id))


def _values(scope: Scope, plan: Plan) -> dict[str, Any]:
    """The columns of a plan. Raises Refused."""
    wrong: dict[str, Any] = {}
    place, begins_at = clean_line(plan.place), find_time(plan.begins_at)
    if plan.kind not in TALKS:
        wrong["kind"] = _("Choose one of these.")
    if len(place) > LENGTH:
        wrong["place"] = _("Keep it to %(most)s characters.", most=LENGTH)
    if begins_at is None:
        wrong["begins_at"] = _("Write the time like 14:30, or leave it empty.")
    if wrong:
        raise Refused(wrong)
    return {"kind": plan.kind, "planned_on": plan.day, "begins_at": begins_at, "place": place}


def find_time(text: str) -> str | None:
    """A time as people write it, as 14:30; empty for nothing, None when it is no time."""
    match = re.fullmatch(r"([01]?[0-9]|2[0-3])(?:[:.uh]([0-5][0-9])|\s?[uh])", clean_line(text).lower(), re.ASCII)
    if match is None:
        return None if text.strip() else ""
    return f"{int(match[1]):02}:{match[2] or '00'}"
