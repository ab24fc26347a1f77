"""Reading conversations: one with both names and how far it is, those of a place, and those of all one's places.

Fetching is checking: a conversation is found in its own joint portfolio alone, by one of its two.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek.kinds import TALKS
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER, Conversation
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from sqlalchemy import Uuid, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased

from portfolio.among import any_of, ids
from portfolio.entries.models import PortfolioMember
from portfolio.errors import NotVisible
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.models import Person
from portfolio.scope import Scope

PAGE = 20


@dataclass(frozen=True)
class Answer:
    """What one side says about report, addition and agreements."""

    answer: str
    note: str
    at: dt.datetime | None
    about: str
    """The version it was about."""


@dataclass(frozen=True)
class Talk:
    """A conversation, seen by one of its two."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    number: int
    kind: str
    planned_on: dt.date
    begins_at: str
    place: str
    cancelled_at: dt.datetime | None
    teacher_id: uuid.UUID
    leader_id: uuid.UUID | None
    teacher_part_id: uuid.UUID | None
    leader_part_id: uuid.UUID | None
    teacher_released_at: dt.datetime | None
    leader_released_at: dt.datetime | None
    opened_at: dt.datetime | None
    report_id: uuid.UUID | None
    addition_id: uuid.UUID | None
    agreements_number: int
    teacher_answer: str
    teacher_note: str
    teacher_answered_at: dt.datetime | None
    teacher_answered_to: str
    leader_answer: str
    leader_note: str
    leader_answered_at: dt.datetime | None
    leader_answered_to: str
    settled_at: dt.datetime | None
    items_until: dt.datetime | None
    items_gone_at: dt.datetime | None
    teacher: str
    leader: str
    """Empty when that account is gone."""
    leader_there: bool
    """The leader still leads, and reads."""
    me: uuid.UUID
    today: dt.date

    @property
    def side(self) -> str:
        """Which of the two looks."""
        return LEADER if self.me == self.leader_id else TEACHER

    @property
    def i_lead(self) -> bool:
        return self.side == LEADER

    @property
    def other(self) -> str:
        """The other's name."""
        return self.teacher if self.i_lead else self.leader

    def name_of(self, side: str) -> str:
        """The name of who has that side."""
        return {TEACHER: self.teacher, LEADER: self.leader}.get(side, "")

    @property
    def label(self) -> Any:
        """Its kind in words."""
        return TALKS.get(self.kind, TALKS["ontwikkelgesprek"])

    def part_id(self, side: str) -> uuid.UUID | None:
        """The preparation of a side, whoever may read it."""
        return self.leader_part_id if side == LEADER else self.teacher_part_id

    def released(self, side: str) -> bool:
        """Whether that side released its preparation."""
        return (self.leader_released_at if side == LEADER else self.teacher_released_at) is not None

    @property
    def opened(self) -> bool:
        return self.opened_at is not None

    @property
    def settled(self) -> bool:
        return self.settled_at is not None

    @property
    def cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def goes_on(self) -> bool:
        """Something can still be added to it: both are there, and it is neither called off nor settled."""
        return self.leader_there and not self.cancelled and not self.settled

    @property
    def can_prepare(self) -> bool:
        """Each can still write their own part, and the teacher choose what to hand over: nothing is open yet."""
        return self.goes_on and not self.opened

    @property
    def can_choose(self) -> bool:
        """The viewer is the teacher, and can still choose what to hand over."""
        return self.can_prepare and not self.i_lead

    @property
    def can_report(self) -> bool:
        """It may have been held by now."""
        return self.goes_on and (self.opened or self.planned_on <= self.today)

    def items_over(self, moment: dt.datetime) -> bool:
        """The term of what was handed over, and of the points, has passed."""
        return self.items_until is not None and self.items_until <= moment

    def answer_of(self, side: str) -> Answer:
        """What that side said last."""
        found = ("answer", "note", "answered_at", "answered_to")
        return Answer(*(getattr(self, f"{side}_{name}") for name in found))

    @property
    def state_label(self) -> Any:
        """How far it is, in a word or two."""
        if self.cancelled:
            return _l("conversation called off")
        if self.settled:
            return _l("settled")
        if self.report_id is not None:
            return _l("report being written")
        return _l("preparations are open") if self.opened else _l("in preparation")


_FIELDS = tuple(name for name in Talk.__dataclass_fields__ if hasattr(Conversation, name))
_DAY: Any = bindparam("day")


def _statement() -> Any:
    teacher, leader = aliased(Person), aliased(Person)
    there = exists().where(
        PortfolioMember.portfolio_id == Conversation.portfolio_id,
        PortfolioMember.person_id == Conversation.leader_id,
        PortfolioMember.running(_DAY),
    )
    return (
        select(
            *(getattr(Conversation, name) for name in _FIELDS),
            teacher.name.label("teacher"),
            leader.name.label("leader"),
            there.label("leader_there"),
        )
        .join(teacher, teacher.id == Conversation.teacher_id)
        .outerjoin(leader, leader.id == Conversation.leader_id)
        .where(
            any_of(Conversation.portfolio_id, ids("places")),
            or_(Conversation.teacher_id == bindparam("me"), Conversation.leader_id == bindparam("me")),
        )
    )


_ALL = _statement()
_ONE = _ALL.where(Conversation.id == bindparam("talk", type_=Uuid()))
_LOCKED = _ONE.with_for_update(of=Conversation, key_share=True)  # lines of its log are still written meanwhile
_LIST = (
    _ALL.order_by(Conversation.planned_on.desc(), Conversation.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


def get_talk(scope: Scope, talk_id: uuid.UUID, *, lock: bool = False) -> Talk:
    """A conversation of the joint portfolio of this place. One query. Raises NotVisible.

    With `lock` whoever else changes it waits until this transaction is over.
    """
    rows = scope.rows(_LOCKED if lock else _ONE, {"talk": talk_id, **_values(scope, [scope.portfolio_id])})
    found = rows.one_or_none()
    if found is None:
        raise NotVisible(str(talk_id))
    return _talk(scope, found)


def list_talks(scope: Scope, places: Collection[Any], *, page: int = 1, size: int = PAGE) -> tuple[list[Talk], bool]:
    """Conversations of these places, the last day first: one page, and whether there is another.

    One query; none where there are no places.
    """
    if not places:
        return [], False
    values = {"limit": size + 1, "offset": (page - 1) * size, **_values(scope, places)}
    rows = [_talk(scope, row) for row in scope.rows(_LIST, values)]
    return rows[:size], len(rows) > size


def list_places(scope: Scope) -> list[uuid.UUID]:
    """The viewer's joint portfolios in which this is on. No query."""
    return sorted(place for place in scope.relations.joint if scope.gate.is_on_at(place, NAME))


def put(scope: Scope, talk_id: uuid.UUID, values: dict[str, Any], *still: Any) -> bool:
    """Change the conversation, if it is still as told; returns whether it was."""
    changed = scope.session.execute(
        update(Conversation)
        .where(Conversation.id == talk_id, *still)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _values(scope: Scope, places: Collection[Any]) -> dict[str, Any]:
    """Whatever a caller asks, nobody gets what lies in another's place."""
    mine = sorted({place for place in places if place in scope.relations.joint})
    return {"places": mine, "me": scope.me.id, "day": scope.today}


def _talk(scope: Scope, row: Any) -> Talk:
    columns = dict(row._mapping)
    columns["leader"] = columns["leader"] or ""
    columns["leader_there"] = bool(columns["leader_there"])
    return Talk(**columns, me=scope.me.id, today=scope.today)
