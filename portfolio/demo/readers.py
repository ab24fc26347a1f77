"""Whom an entry of the demo world is shared with, what they read and said, and what was answered."""

from __future__ import annotations

import datetime as dt
import uuid

from portfolio.clock import day_of
from portfolio.demo.news import add_news
from portfolio.demo.tables import Tables
from portfolio.demo.telling import ANSWERED, READ, SAID, SHARED, Moment, Telling
from portfolio.demo.texts import Comment as Said
from portfolio.demo.texts import Shared, Text, When
from portfolio.entries.models import Comment, Reading, Share
from portfolio.notices.kinds import COMMENT, REPLY

OF_LATE = dt.timedelta(days=30)


def readings_since(tables: Tables, day: dt.date) -> None:
    """Forget what was read before `day`: the access log isn't kept for ever."""
    table = Reading.__tablename__
    tables.rows[table] = [row for row in tables.rows.get(table, []) if row["day"] >= day]


def add_shares(telling: Telling, text: Text, at: Moment) -> None:
    """Add the shares of an entry; a coach has read it two days later, if it was still shared.

    What was shared of late and has no answer of that coach is still to be opened, so that the desk has something new.
    """
    chain = telling.people.chains.get(telling.registry.owner_of[text.kind])
    for place, share in enumerate(text.shares):
        shared_at, read_at = at[SHARED, place], at[READ, place]
        since = day_of(shared_at)
        until = None
        if share.until_year is not None:
            until = telling.days.day(When(share.until_year, share.until_day)) + dt.timedelta(days=1)
        reader = _reader(telling, text, share, since)
        telling.tables.add(
            Share, entry_id=telling.ids[text.key], **reader, chain=chain, shared_at=shared_at, since=since, until=until
        )
        answered = any(comment.by == share.with_ for comment in text.comments)
        of_late = since > telling.days.today - OF_LATE
        if reader["coaching_id"] and (until is None or day_of(read_at) < until) and (answered or not of_late):
            _note_reading(telling, text, share.with_, read_at)


def _reader(telling: Telling, text: Text, share: Shared, since: dt.date) -> dict[str, uuid.UUID | None]:
    """Whom a share reaches: a circle; one's coach, as long as that lasts; or a person."""
    reader: dict[str, uuid.UUID | None] = {"person_id": None, "coaching_id": None, "circle_id": None}
    kind, _, circle = share.with_.partition(":")
    agreed = telling.people.coachings.get((share.with_, text.author))
    if kind == "circle":
        reader["circle_id"] = telling.people.circles[circle]
    elif agreed is not None and agreed.since <= since:
        reader["coaching_id"] = agreed.id
    else:
        reader["person_id"] = telling.people.persons[share.with_]
    return reader


def add_comment(
    telling: Telling,
    text: Text,
    place: int,
    said: Said,
    at: Moment,
    revisions: list[tuple[dt.datetime, uuid.UUID]],
) -> None:
    """Add a thread; each part is about the text of its moment.

    A comment that was read was so by the owner's first answer, or else the same evening.
    """
    answers = [(reply, at[ANSWERED, place, nth]) for nth, reply in enumerate(said.replies)]
    written = at[SAID, place]
    own = [moment for reply, moment in answers if reply.by == text.author]
    read = min(own, default=_evening(written) if said.read else None)
    thread = None
    for by, kind, body, quote, moment, read_at in (
        (said.by, said.kind, said.text, said.quote, written, read),
        *(
            (reply.by, "", reply.text, "", moment, _evening(moment) if said.read and reply.by != text.author else None)
            for reply, moment in answers
        ),
    ):
        comment = telling.tables.add(
            Comment,
            entry_id=telling.ids[text.key],
            revision_id=[revision for made, revision in revisions if made <= moment][-1],
            author_id=telling.people.persons[by],
            reply_to=thread,
            kind=kind,
            body=body,
            quote=quote,
            written_at=moment,
            read_at=read_at,
            hidden_at=None,
        )
        thread = thread or comment
        to = text.author if by != text.author else said.by
        add_news(telling, COMMENT if kind else REPLY, to, by, telling.ids[text.key], moment, read_at)
        telling.people.was_seen(by, moment)
        if by != text.author:
            _note_reading(telling, text, by, moment)


def _evening(moment: dt.datetime) -> dt.datetime:
    return moment + dt.timedelta(hours=1, minutes=moment.minute)


def _note_reading(telling: Telling, text: Text, reader: str, at: dt.datetime) -> None:
    row = {"entry_id": telling.ids[text.key], "reader_id": telling.people.persons[reader], "day": day_of(at)}
    if row not in telling.tables.rows.get(Reading.__tablename__, []):
        telling.tables.add_row(Reading, row)
    telling.people.was_seen(reader, at)
