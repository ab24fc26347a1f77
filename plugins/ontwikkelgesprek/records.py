"""What was settled, as the trunk keeps it: a row for each writer's words, which both read until its term is over."""

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
class Record:
    """What both read once it is settled. A part is None when its writer's account is gone."""

    report: SnapshotText | None
    addition: SnapshotText | None
    answers: Mapping[str, SnapshotText]
    """By side: `content` has answer and note."""
    agreements: Sequence[Agreed]

    @property
    def closes_at(self) -> dt.datetime | None:
        """When it is erased."""
        found = self.report or next(iter(self.answers.values()), None)
        return found.closes_at if found else None


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


def read_record(talk: Talk, rows: Sequence[SnapshotText]) -> Record:
    """The record among what the trunk has about a conversation."""
    found = {(row.kind, row.author_id): row for row in rows if row.role == RECORD}
    settled = {
        side: row
        for side, person in ((TEACHER, talk.teacher_id), (LEADER, talk.leader_id))
        if (row := found.get((Settled.name, person))) is not None  # type: ignore[arg-type]
    }
    agreed = settled[TEACHER].content["agreements"] if TEACHER in settled else []
    return Record(
        found.get((Report.name, talk.teacher_id)),
        next((row for (kind, _author), row in found.items() if kind == Addition.name), None),
        settled,
        [Agreed(row["text"], row["who"], find_day(row["look_back_on"])) for row in agreed],
    )


def _words(kind: type[Kind], text: EntryText | None) -> Words | None:
    if text is None:
        return None
    return Words(kind, text.author_id, text.title, text.happened_on, text.content, text.id, text.number)
