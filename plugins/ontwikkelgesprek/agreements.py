"""What the two agree: what, who, and when to look back on it. What was settled last opens the next conversation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek import log, news
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk, put
from portfolio_plugins.ontwikkelgesprek.kinds import MOST_AGREEMENTS, WHO
from portfolio_plugins.ontwikkelgesprek.models import Agreement, Conversation
from sqlalchemy import Uuid, bindparam, delete, exists, insert, or_, select
from sqlalchemy.orm import aliased

from portfolio.entries.inputs import FIRST_DAY, LAST_DAY, clean_line, find_day
from portfolio.entries.models import RECORD, Snapshot
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

LENGTH = 400


@dataclass(frozen=True)
class Agreed:
    """One agreement."""

    text: str
    who: str
    look_back_on: dt.date | None

    @property
    def row(self) -> dict[str, str]:
        """As a form has it."""
        day = self.look_back_on.isoformat() if self.look_back_on else ""
        return {"text": self.text, "who": self.who, "look_back_on": day}


@dataclass(frozen=True)
class Agreements:
    """Those of this conversation, and those of the one that was settled before it."""

    now: Sequence[Agreed]
    before: Sequence[Agreed]
    before_on: dt.date | None
    """The day that conversation was planned on."""


def _statement() -> Any:
    earlier = aliased(Conversation)
    here = bindparam("talk", type_=Uuid())
    last = (
        select(earlier.id)
        .where(
            earlier.portfolio_id == bindparam("place", type_=Uuid()),
            earlier.id != here,
            earlier.settled_at < bindparam("before"),
        )
        .order_by(earlier.settled_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    kept = exists().where(
        Snapshot.about == Conversation.id, Snapshot.role == RECORD, Snapshot.closes_at > bindparam("now")
    )
    return (
        select(
            Agreement.conversation_id, Conversation.planned_on, Agreement.text, Agreement.who, Agreement.look_back_on
        )
        .join(Conversation, Conversation.id == Agreement.conversation_id)
        .where(
            or_(Agreement.conversation_id == here, Agreement.conversation_id == last),
            or_(Conversation.settled_at.is_(None), kept),  # they close with the record, erased or not
        )
        .order_by(Agreement.turn)
    )


_BOTH = _statement()
_TABLE: Any = Agreement.__table__


def read_agreements(scope: Scope, talk: Talk) -> Agreements:
    """What was agreed in this conversation, and in the last one before it. One query."""
    values = {"talk": talk.id, "place": talk.portfolio_id, "before": talk.settled_at or scope.now, "now": scope.now}
    now: list[Agreed] = []
    before: list[Agreed] = []
    day = None
    for id_, planned_on, *facts in scope.rows(_BOTH, values):
        if id_ == talk.id:
            now.append(Agreed(*facts))
        else:
            before.append(Agreed(*facts))
            day = planned_on
    return Agreements(now, before, day)


def write_agreements(scope: Scope, talk_id: uuid.UUID, rows: Sequence[Mapping[str, str]], seen: int) -> bool:
    """Put these agreements in place of what is there; returns whether anything differs.

    Answers that were given go with that: they were about other words. Raises Conflict, with the agreements there are,
    when somebody changed them since number `seen`; Refused for a row that can't be right; NotAllowed once settled.
    """
    talk = get_talk(scope, talk_id)
    if not talk.can_report:
        raise NotAllowed("agree")
    wanted = _read_rows(rows)
    there = read_agreements(scope, talk).now
    if wanted == list(there):
        return False
    still = (Conversation.agreements_number == seen, Conversation.settled_at.is_(None))
    if not put(scope, talk_id, {"agreements_number": seen + 1}, *still):
        again = get_talk(scope, talk_id)
        raise Conflict((again, read_agreements(scope, again).now))
    scope.session.execute(delete(Agreement).where(Agreement.conversation_id == talk_id))
    values = [
        {"conversation_id": talk_id, "turn": turn, "text": one.text, "who": one.who, "look_back_on": one.look_back_on}
        for turn, one in enumerate(wanted)
    ]
    if values:
        scope.session.connection().execute(insert(_TABLE), values)
    log.write_line(scope, talk_id, talk.side, log.AGREED_ON)
    news.tell_other(scope, talk, news.ANSWER)
    return True


def _read_rows(rows: Sequence[Mapping[str, str]]) -> list[Agreed]:
    found, wrong = [], []
    for row in rows:
        text, typed = clean_line(row.get("text", "")), row.get("look_back_on", "").strip()
        day = find_day(typed) if typed else None
        if not text and not typed:
            continue
        if not text:
            wrong.append(_("Write what is agreed with each day."))
        elif len(text) > LENGTH:
            wrong.append(_("Keep it to %(most)s characters.", most=LENGTH))
        if row.get("who", "") not in WHO:
            wrong.append(_("Say of each agreement who does it."))
        if typed and (day is None or not FIRST_DAY <= day <= LAST_DAY):
            wrong.append(_("This is no day. Write it like 3-11-2026."))
        found.append(Agreed(text, row.get("who", ""), day))
    if len(found) > MOST_AGREEMENTS:
        wrong.append(_("At most %(most)s lines fit here.", most=MOST_AGREEMENTS))
    if wrong:
        raise Refused({"agreements": " ".join(dict.fromkeys(wrong))})
    return found
