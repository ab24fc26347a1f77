"""The log of a conversation: what happened, by whom, when. Both read it; it never says what anybody wrote."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek.models import LogLine
from sqlalchemy import Uuid, bindparam, insert, select
from sqlalchemy.orm import Session

from portfolio.db import new_id
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

PLANNED, CHANGED, CANCELLED, RESUMED = "planned", "changed", "cancelled", "resumed"
RELEASED, TAKEN_BACK, OPENED, WITHDRAWN = "released", "taken_back", "opened", "withdrawn"
REPORTED, ADDED, AGREED_ON, ANSWERED, SETTLED = "reported", "added", "agreements", "answered", "settled"
ITEMS_GONE, RECORD_GONE = "items_gone", "record_gone"
WORDS = {
    PLANNED: _l("planned this conversation"),
    CHANGED: _l("changed the day, the time or the place"),
    CANCELLED: _l("called it off"),
    RESUMED: _l("planned it after all"),
    RELEASED: _l("released their preparation"),
    TAKEN_BACK: _l("took the release back"),
    OPENED: _l("Both preparations opened, with what was handed over."),
    WITHDRAWN: _l("took back something that was handed over"),
    REPORTED: _l("wrote or changed the report"),
    ADDED: _l("wrote or changed the addition"),
    AGREED_ON: _l("wrote or changed the agreements"),
    ANSWERED: _l("answered to report and agreements"),
    SETTLED: _l("Report and agreements were settled."),
    ITEMS_GONE: _l("What was handed over, and the points of the talk, were erased: their term was over."),
    RECORD_GONE: _l("The settled report was erased: its term was over."),
}
"""What a line says; after a name, where it was somebody's doing."""
_LINES = (
    select(LogLine.side, LogLine.what, LogLine.at)
    .where(LogLine.conversation_id == bindparam("talk", type_=Uuid()))
    .order_by(LogLine.at, LogLine.id)
)
_TABLE: Any = LogLine.__table__


@dataclass(frozen=True)
class Happened:
    """One line."""

    side: str
    what: str
    at: dt.datetime

    @property
    def words(self) -> Any:
        """What it says."""
        return WORDS.get(self.what, self.what)


def write_line(scope: Scope, talk_id: uuid.UUID, side: str, *what: str) -> None:
    """Add lines, all at this moment, in this order."""
    write_lines(scope.session, [(talk_id, side, one) for one in what], scope.now)


def write_lines(session: Session, lines: list[tuple[uuid.UUID, str, str]], at: dt.datetime) -> None:
    """Add lines of conversations: whose doing, and what. One statement."""
    rows = [
        {
            "id": new_id(), "conversation_id": talk, "side": side, "what": what,
            "at": at + dt.timedelta(microseconds=turn),
        }  # fmt: skip
        for turn, (talk, side, what) in enumerate(lines)
    ]
    if rows:
        session.connection().execute(insert(_TABLE), rows)


def list_log(scope: Scope, talk_id: uuid.UUID) -> list[Happened]:
    """What happened, first thing first. One query; who asks has the conversation already."""
    return [Happened(*row) for row in scope.rows(_LINES, {"talk": talk_id})]
