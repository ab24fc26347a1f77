"""The entries of the demo world, each with every text it ever had, its states, links, shares, comments and picture."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio.clock import day_of
from portfolio.db import new_id
from portfolio.demo.days import Days
from portfolio.demo.people import People
from portfolio.demo.tables import Tables
from portfolio.demo.texts import Comment as Said
from portfolio.demo.texts import DemoError, Shared, Text, When, World
from portfolio.entries.kinds import ContentError, Kind, sha256_of
from portfolio.entries.models import (
    Attachment,
    Comment,
    Entry,
    Link,
    Reading,
    Rendered,
    Revision,
    Share,
    StateChange,
)
from portfolio.files import Accepted
from portfolio.markdown import RENDERER_VERSION

if TYPE_CHECKING:
    from portfolio.plugins import Registry

WROTE, ADDED, STOOD, SHARED, SAVED, SAID, ANSWERED, READ = range(8)
"""What happens to an entry, in the order in which it does within one day."""
FIRST_READ = dt.timedelta(days=2)
"""How long after a share a coach has read the text."""

Moment = dict[tuple[int, ...], dt.datetime]


@dataclass(frozen=True)
class Picture:
    """A picture whose bytes are in the store, under its key."""

    key: uuid.UUID
    filename: str
    accepted: Accepted


@dataclass(frozen=True)
class Telling:
    """What is needed to tell any entry."""

    tables: Tables
    days: Days
    people: People
    registry: Registry
    pictures: Mapping[str, Picture]
    """By the key of their entry."""
    ids: Mapping[str, uuid.UUID]
    """Of every entry, by its key."""


def add_entries(
    tables: Tables, world: World, days: Days, people: People, registry: Registry, pictures: Mapping[str, Picture]
) -> None:
    """Add every entry. Raises DemoError for one that its kind refuses, or that speaks of somebody unknown."""
    ids = {text.key: new_id() for text in world.texts}
    telling = Telling(tables, days, people, registry, pictures, ids)
    for text in world.texts:
        try:
            _add_entry(telling, text)
        except ContentError as error:
            raise DemoError(f"{text.key}: {error}") from error
        except KeyError as error:
            raise DemoError(f"{text.key}: nobody knows {error}") from error


def readings_since(tables: Tables, day: dt.date) -> None:
    """Forget what was read before `day`: the access log isn't kept for ever."""
    table = Reading.__tablename__
    tables.rows[table] = [row for row in tables.rows.get(table, []) if row["day"] >= day]


def _add_entry(telling: Telling, text: Text) -> None:
    days, kind = telling.days, telling.registry.kinds[text.kind]
    saves = sorted({days.day(earlier) for earlier in text.revisions})
    at = days.moments(text.key, _events(days, text, saves))
    author = telling.people.persons[text.author]
    entry = telling.ids[text.key]
    happened_on = day_of(at[WROTE,])
    telling.tables.add(
        Entry,
        id=entry,
        portfolio_id=telling.people.portfolios[text.author],
        author_id=author,
        plugin=telling.registry.owner_of[text.kind],
        kind=text.kind,
        title=text.title,
        happened_on=happened_on,
        state=text.states[-1].state if text.states else kind.default_state,
        audience="portfolio" if kind.shareable else "author",
        number=len(saves) + 1,
        created_at=at[WROTE,],
        updated_at=max(moment for name, moment in at.items() if name[0] in (WROTE, STOOD, SAVED)),
    )
    for name, moment in at.items():
        if name[0] in (WROTE, STOOD, SAVED, SHARED):
            telling.people.was_seen(text.author, moment)
    revisions = []
    for number, content in enumerate(_contents(kind, text, days, saves), start=1):
        made = at[SAVED, number - 2] if number > 1 else at[WROTE,]
        revisions.append((made, _add_revision(telling, text, kind, number, content, made)))
    _add_states(telling, text, kind, at)
    _add_links(telling, text, kind, at[WROTE,])
    _add_shares(telling, text, at)
    for place, said in enumerate(text.comments):
        _add_comment(telling, text, place, said, at, revisions)
    if text.key in telling.pictures:
        _add_picture(telling, text, at[ADDED,])


def _events(days: Days, text: Text, saves: list[dt.date]) -> list[tuple[dt.date, int, tuple[int, ...]]]:
    found: list[tuple[dt.date, int, tuple[int, ...]]] = [(days.day(text), WROTE, (WROTE,))]
    if text.picture:
        found.append((days.day(text), ADDED, (ADDED,)))
    found += [(day, SAVED, (SAVED, place)) for place, day in enumerate(saves)]
    for rank, happenings in ((STOOD, text.states), (SHARED, text.shares), (SAID, text.comments)):
        found += [(days.day(when), rank, (rank, place)) for place, when in enumerate(happenings)]
    for place, share in enumerate(text.shares):
        found.append((days.day(share) + FIRST_READ, READ, (READ, place)))
    for place, said in enumerate(text.comments):
        found += [(days.day(reply), ANSWERED, (ANSWERED, place, nth)) for nth, reply in enumerate(said.replies)]
    return found


def _contents(kind: type[Kind], text: Text, days: Days, saves: list[dt.date]) -> list[dict[str, Any]]:
    """What the entry said after it was written and after each save: going back from the text of today."""
    names = {spec.name for spec in kind.fields}
    content = {name: value for name, value in text.own.items() if name in names}
    unknown = set(text.own) - names - {link.type for link in kind.links}
    if "look_back" in unknown:
        unknown.remove("look_back")
        content["look_back_on"] = days.day(When(**text.own["look_back"])).isoformat()
    if unknown:
        raise DemoError(f"{text.key}: {text.kind} has no {', '.join(sorted(unknown))}")
    found = [kind.validate(content)]
    for save in reversed(saves):
        content = {name: dict(value) if isinstance(value, dict) else value for name, value in content.items()}
        for earlier in text.revisions:
            if days.day(earlier) == save:
                place = content if earlier.field in names else content["steps"]
                if earlier.field not in place:
                    raise DemoError(f"{text.key}: no text of today replaces that of {earlier.field}")
                place[earlier.field] = earlier.text
        found.append(kind.validate(content))
    return found[::-1]


def _add_revision(
    telling: Telling, text: Text, kind: type[Kind], number: int, content: dict[str, Any], made: dt.datetime
) -> uuid.UUID:
    day = telling.days.happened(telling.days.day(text))
    revision = telling.tables.add(
        Revision,
        entry_id=telling.ids[text.key],
        number=number,
        author_id=telling.people.persons[text.author],
        title=text.title,
        happened_on=day,
        from_on=None,
        until_on=None,
        kind_version=kind.version,
        content=content,
        sha256=sha256_of(text.title, day, None, None, content, kind.version),
        created_at=made,
    )
    html = kind.html(content)
    telling.tables.add_row(Rendered, {"revision_id": revision, "renderer": RENDERER_VERSION, "html": html})
    return revision


def _add_states(telling: Telling, text: Text, kind: type[Kind], at: Moment) -> None:
    before = ""
    for place, stand in enumerate(text.states):
        if stand.state not in kind.states_by_code:
            raise DemoError(f"{text.key}: {text.kind} has no state {stand.state}")
        telling.tables.add(
            StateChange,
            entry_id=telling.ids[text.key],
            author_id=telling.people.persons[text.author],
            before=before or (kind.default_state if stand.state != kind.default_state else ""),
            after=stand.state,
            reason=stand.reason,
            happened_on=day_of(at[STOOD, place]),
            at=at[STOOD, place],
        )
        before = stand.state


def _add_links(telling: Telling, text: Text, kind: type[Kind], at: dt.datetime) -> None:
    for link in kind.links:
        targets = text.own.get(link.type, [])
        for target in [targets] if isinstance(targets, str) else targets:
            telling.tables.add(
                Link, from_id=telling.ids[text.key], to_id=telling.ids[target], type=link.type, created_at=at
            )


def _add_shares(telling: Telling, text: Text, at: Moment) -> None:
    for place, share in enumerate(text.shares):
        shared_at, read_at = at[SHARED, place], at[READ, place]
        since = day_of(shared_at)
        until = None
        if share.until_year is not None:
            until = telling.days.day(When(share.until_year, share.until_day)) + dt.timedelta(days=1)
        reader = _reader(telling, text, share, since)
        telling.tables.add(
            Share, entry_id=telling.ids[text.key], **reader, shared_at=shared_at, since=since, until=until
        )
        if reader["coaching_id"] and (until is None or day_of(read_at) < until):
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


def _add_comment(
    telling: Telling,
    text: Text,
    place: int,
    said: Said,
    at: Moment,
    revisions: list[tuple[dt.datetime, uuid.UUID]],
) -> None:
    """A thread. A comment that was read was so by the owner's first answer, or else the same evening."""
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


def _add_picture(telling: Telling, text: Text, at: dt.datetime) -> None:
    picture = telling.pictures[text.key]
    telling.tables.add(
        Attachment,
        id=picture.key,
        entry_id=telling.ids[text.key],
        filename=picture.filename,
        media_type=picture.accepted.media_type,
        size=len(picture.accepted.data),
        sha256=hashlib.sha256(picture.accepted.data).hexdigest(),
        alt=text.alt,
        pupils="no",
        added_at=at,
    )
