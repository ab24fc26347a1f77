"""The entries of the demo world, each with every text it ever had, its states, links, shares, comments and picture."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portfolio.clock import day_of
from portfolio.db import new_id
from portfolio.demo.days import Days
from portfolio.demo.people import People
from portfolio.demo.readers import add_comment, add_shares
from portfolio.demo.tables import Tables
from portfolio.demo.telling import (
    ADDED,
    ANSWERED,
    FIRST_READ,
    READ,
    SAID,
    SAVED,
    SHARED,
    STOOD,
    WROTE,
    Moment,
    Picture,
    Telling,
)
from portfolio.demo.texts import DemoError, Text, When, World
from portfolio.entries.kinds import Kind, sha256_of
from portfolio.entries.models import Attachment, Entry, Link, Rendered, Revision, StateChange
from portfolio.errors import Refused
from portfolio.markdown import RENDERER_VERSION

if TYPE_CHECKING:
    from portfolio.plugins import Registry

PERIOD = ("from_on", "until_on")


def add_entries(
    tables: Tables, world: World, days: Days, people: People, registry: Registry, pictures: Mapping[str, Picture]
) -> Telling:
    """Add every entry; returns what was needed for that.

    Raises DemoError for one that its kind refuses, or that speaks of somebody unknown.
    """
    ids = {text.key: new_id() for text in world.texts}
    telling = Telling(tables, days, people, registry, pictures, ids)
    for text in world.texts:
        try:
            _add_entry(telling, text)
        except Refused as error:
            raise DemoError(f"{text.key}: {error}") from error
        except KeyError as error:
            raise DemoError(f"{text.key}: nobody knows {error}") from error
    return telling


def _add_entry(telling: Telling, text: Text) -> None:
    days, kind = telling.days, telling.registry.kinds[text.kind]
    saves = sorted({days.day(earlier) for earlier in text.revisions})
    at = days.moments(text.key, _events(days, text, saves))
    author = telling.people.persons[text.author]
    entry = telling.ids[text.key]
    happened_on = day_of(at[WROTE,])
    from_on, until_on = _period(days, text)
    telling.tables.add(
        Entry,
        id=entry,
        portfolio_id=telling.people.portfolios[text.place],
        author_id=author,
        plugin=telling.registry.owner_of[text.kind],
        kind=text.kind,
        title=text.title,
        happened_on=happened_on,
        from_on=from_on,
        until_on=until_on,
        state=text.states[-1].state if text.states else kind.default_state,
        audience=kind.audience(),
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
    add_shares(telling, text, at)
    for place, said in enumerate(text.comments):
        add_comment(telling, text, place, said, at, revisions)
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
    content = {name: _said(days, value) for name, value in text.own.items() if name in names}
    unknown = set(text.own) - names - {link.type for link in kind.links}
    unknown -= set(PERIOD) if kind.period == "period" else set()
    if "look_back" in unknown:
        unknown.remove("look_back")
        content["look_back_on"] = _said(days, text.own["look_back"])
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


def _period(days: Days, text: Text) -> tuple[dt.date | None, dt.date | None]:
    """From which day until which last day, if it is told."""
    found = [days.day(When(**text.own[name])) if name in text.own else None for name in PERIOD]
    return found[0], found[1]


def _said(days: Days, value: Any) -> Any:
    """A value as the kind has it; a year and a day of the demo are that day."""
    if isinstance(value, dict) and value.keys() == {"year", "day"}:
        return days.day(When(**value)).isoformat()
    return value


def _add_revision(
    telling: Telling, text: Text, kind: type[Kind], number: int, content: dict[str, Any], made: dt.datetime
) -> uuid.UUID:
    day = telling.days.happened(telling.days.day(text))
    from_on, until_on = _period(telling.days, text)
    revision = telling.tables.add(
        Revision,
        entry_id=telling.ids[text.key],
        number=number,
        author_id=telling.people.persons[text.author],
        title=text.title,
        happened_on=day,
        from_on=from_on,
        until_on=until_on,
        kind_version=kind.version,
        content=content,
        sha256=sha256_of(text.title, day, from_on, until_on, content, kind.version),
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
