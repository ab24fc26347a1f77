"""What the two wrote and agreed; once settled, as the trunk keeps it: a row for each writer's words, for its term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek.agreements import Agreed
from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.kinds import Addition, Report, Settled
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from portfolio_plugins.ontwikkelgesprek.texts import Texts

from portfolio.clock import moment_of
from portfolio.entries.entry_texts import EntryText
from portfolio.entries.inputs import find_day
from portfolio.entries.kinds import Kind
from portfolio.entries.models import RECORD
from portfolio.entries.snapshots import SnapshotText, Words, keep_record
from portfolio.i18n import show_day
from portfolio.scope import Scope


@dataclass(frozen=True)
class Written:
    """What both read afterwards: the record once it is settled, and before that how things stand.

    A part is None when it isn't written, or its writer's account is gone.
    """

    report: EntryText | SnapshotText | None
    addition: EntryText | SnapshotText | None
    agreements: Sequence[Agreed]
    answers: Mapping[str, Mapping[str, Any]]
    """By side: `answer` and `note`, of who answered to what stands here."""
    closes_at: dt.datetime | None = None
    """When the record is erased; None where there is none, not yet or not any more."""


def freeze(scope: Scope, talk: Talk, texts: Texts, agreed: Sequence[Agreed], until: dt.date) -> None:
    """Keep report, addition, agreements and answers as they are now, until that day."""
    assert talk.leader_id is not None
    words = [_words(Report, texts.report), _words(Addition, texts.addition)]
    for side, person in ((TEACHER, talk.teacher_id), (LEADER, talk.leader_id)):
        said = talk.answer_of(side)
        content: dict[str, Any] = Settled.empty() | {"answer": said.answer, "note": said.note}
        if side == TEACHER:
            content["agreements"] = [one.row for one in agreed]
        title = f"{talk.label}, {show_day(talk.planned_on)}"
        words.append(Words(Settled, person, title, scope.today, content))
    kept = [one for one in words if one is not None]
    keep_record(scope, kept, talk.portfolio_id, talk.id, plugin=NAME, closes_at=moment_of(until))


def read_record(talk: Talk, rows: Sequence[SnapshotText]) -> Written:
    """The record among what the trunk has about a conversation."""
    record = [row for row in rows if row.role == RECORD]
    found = {row.kind: row for row in record}  # the report is the teacher's alone, the addition the leader's
    answers = {
        TEACHER if row.author_id == talk.teacher_id else LEADER: row.content
        for row in record
        if row.kind == Settled.name
    }
    agreed = answers[TEACHER]["agreements"] if TEACHER in answers else []
    return Written(
        found.get(Report.name),
        found.get(Addition.name),
        [Agreed(row["text"], row["who"], find_day(row["look_back_on"])) for row in agreed],
        answers,
        record[0].closes_at if record else None,
    )


def _words(kind: type[Kind], text: EntryText | None) -> Words | None:
    if text is None:
        return None
    return Words(kind, text.author_id, text.title, text.happened_on, text.content, text.id, text.number)
