"""What people of the demo find in their news: what others said about their texts, and answered."""

from __future__ import annotations

import datetime as dt
import uuid

from portfolio.contributions import NoticeKind
from portfolio.demo.telling import Telling
from portfolio.notices.kinds import bundle
from portfolio.notices.models import Notice


def add_news(
    telling: Telling, kind: NoticeKind, to: str, by: str, entry_id: uuid.UUID, at: dt.datetime, read: dt.datetime | None
) -> None:
    """`by` told `to` something about an entry; what is told again is the same line, at the top once more."""
    person, actor = telling.people.persons[to], telling.people.persons[by]
    line = bundle(kind.code, entry_id, actor)
    told = telling.tables.rows.get(Notice.__tablename__, [])
    there = next((row for row in told if (row["person_id"], row["bundle"]) == (person, line)), None)
    if there is not None:
        there |= {"at": max(at, there["at"]), "read_at": read}
        return
    row = {
        "person_id": person, "bundle": line, "kind": kind.code, "spot": "", "entry_id": entry_id, "actor_id": actor,
        "since": at, "at": at, "read_at": read, "mail_due": None,
    }  # fmt: skip
    telling.tables.add_row(Notice, row)
