"""The texts of a conversation: who wrote what, as far as the viewer may read it now."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.kinds import KINDS
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER

from portfolio.entries.entry_texts import EntryText, list_texts_there
from portfolio.scope import Scope

A_MINUTE = 200
"""Words that somebody reads in a minute."""


@dataclass(frozen=True)
class Texts:
    """What there is to read of a conversation; None for what isn't written, or not for the viewer to read."""

    teacher_part: EntryText | None
    leader_part: EntryText | None
    report: EntryText | None
    addition: EntryText | None

    def part(self, side: str) -> EntryText | None:
        """The preparation of a side."""
        return self.leader_part if side == LEADER else self.teacher_part

    def everything(self) -> list[EntryText]:
        """All of it, for the access log."""
        return [one for one in (self.teacher_part, self.leader_part, self.report, self.addition) if one is not None]


def read_texts(scope: Scope, talk: Talk) -> Texts:
    """The texts of this conversation. One query. A page that shows them says so in the access log."""
    found = {one.id: one for one in list_texts_there(scope, [talk.portfolio_id], KINDS)}

    def find(id_: uuid.UUID | None) -> EntryText | None:
        return found.get(id_) if id_ is not None else None

    return Texts(
        find(talk.part_id(TEACHER)), find(talk.part_id(LEADER)), find(talk.report_id), find(talk.addition_id)
    )


def count_words(texts: Iterable[str]) -> int:
    """How many words these are."""
    return sum(len(text.split()) for text in texts)


def minutes_to_read(words: int) -> int:
    """How long reading so many words takes, rounded up; nothing takes none."""
    return math.ceil(words / A_MINUTE)
