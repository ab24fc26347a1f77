"""What an archive says, checked as if it had been typed: every text, day, state and link by the rules of its kind.

Texts come out cleaned, parts in the order in which they are written, and what can't be is refused by name.
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from portfolio.clock import day_of
from portfolio.entries.attaching import ALT_LENGTH, PER_ENTRY
from portfolio.entries.forms import TITLE_LENGTH
from portfolio.entries.inputs import clean_line, years_from
from portfolio.entries.kinds import Kind
from portfolio.entries.linking import LINEAGE
from portfolio.entries.writing import REASON_LENGTH
from portfolio.errors import Refused
from portfolio.exchange.archive import Archive, Contents, Entry, File, Link, Text, Turn, link_order
from portfolio.i18n import gettext as _
from portfolio.markdown import clean
from portfolio.plugins import Registry

SLACK = dt.timedelta(days=1)
"""Clocks differ a little between two places."""


def check_contents(archive: Archive, registry: Registry, now: dt.datetime) -> Contents:
    """What the archive brings, as it can be kept here. Raises Refused with the first thing that can't be."""
    contents = archive.portfolio
    _check_kinds(archive, registry)
    parts: dict[str, list[Any]] = {
        "entries": contents.entries,
        "files": [file for entry in contents.entries for file in entry.files],
    }
    for name, found in parts.items():
        if len({part.id for part in found}) < len(found):
            raise Refused(_("Two of the %(name)s in portfolio.json have the same id.", name=name))
    entries = [_checked_entry(entry, registry.kinds[entry.kind], now) for entry in contents.entries]
    entries.sort(key=lambda entry: entry.id)
    _check_links(contents.links, {entry.id: entry for entry in entries}, registry, now)
    return Contents(entries=entries, links=sorted(contents.links, key=link_order))


def _check_kinds(archive: Archive, registry: Registry) -> None:
    unknown = {entry.kind for entry in archive.portfolio.entries} - set(registry.kinds)
    if unknown:
        plugins = {name: archive.kinds[name].plugin for name in unknown if name in archive.kinds}
        names = ", ".join(f"{name} ({plugins[name]})" if name in plugins else name for name in sorted(unknown))
        raise Refused(
            _(
                "This archive holds entries of a kind that isn't known here: %(names)s. Ask for that plugin.",
                names=names,
            )
        )


def _checked_entry(entry: Entry, kind: type[Kind], now: dt.datetime) -> Entry:
    title = clean_line(entry.current.title)[:80]
    turns = sorted(entry.turns, key=lambda turn: turn.at)
    files = sorted(entry.files, key=lambda file: (file.added_at, file.id))
    try:
        numbers = [text.number for text in entry.texts]
        if numbers != sorted(set(numbers)):
            raise Refused(_("the numbers of its texts don't follow each other."))
        if entry.state and entry.state not in kind.states_by_code:
            raise Refused(_("the state “%(state)s” isn't known here.", state=entry.state))
        if len(entry.files) > PER_ENTRY:
            raise Refused(_("it holds more than %(limit)s files.", limit=PER_ENTRY))
        _check_moments(now, entry.created_at, entry.updated_at)
        return entry.model_copy(
            update={
                "audience": entry.audience if kind.shareable or kind.read_where_it_lies else "author",
                "texts": [_checked_text(text, kind, now) for text in entry.texts],
                "turns": [_checked_turn(turn, now) for turn in turns],
                "files": [_checked_file(file, now) for file in files],
            }
        )
    except Refused as error:
        raise Refused(_("In “%(title)s”: %(problem)s", title=title, problem=error.errors[""])) from error


def _checked_text(text: Text, kind: type[Kind], now: dt.datetime) -> Text:
    latest = years_from(day_of(now), 1) if kind.day_may_be_ahead else day_of(now)
    if text.happened_on > latest + SLACK:
        raise Refused(_("a day lies too far ahead."))
    if text.from_on and text.until_on and text.until_on < text.from_on:
        raise Refused(_("an end lies before its start."))
    _check_moments(now, text.created_at)
    content, version = _checked_content(text, kind)
    title = _fitting(clean_line(text.title), TITLE_LENGTH, _("a title"))
    return text.model_copy(update={"title": title, "content": content, "kind_version": version})


def _checked_content(text: Text, kind: type[Kind]) -> tuple[dict[str, Any], int]:
    """The content to keep, and its version: an older one stays as it is when nothing in it has to be cleaned."""
    if text.kind_version > kind.version:
        raise Refused(_("it was written with a newer version of the plugin than there is here."))
    try:
        upgraded = kind.upgrade(copy.deepcopy(text.content), text.kind_version)
        checked = kind.validate(upgraded)
    except Refused as error:
        field, message = next(iter(error.errors.items()))
        raise Refused(f"{field}: {message}" if field else message) from error
    except RecursionError:
        raise
    except Exception as error:  # an upgrade given hostile content may raise anything
        raise Refused(_("its text can't be read.")) from error
    same = all(checked.get(name) == value for name, value in upgraded.items())
    if same and _is_clean(text.content):
        return text.content, text.kind_version
    return checked, kind.version


def _is_clean(value: Any) -> bool:
    if isinstance(value, str):
        return clean(value) == value
    if isinstance(value, dict):
        return all(_is_clean(name) and _is_clean(part) for name, part in value.items())
    return not isinstance(value, list) or all(map(_is_clean, value))


def _checked_turn(turn: Turn, now: dt.datetime) -> Turn:
    _check_moments(now, turn.at)
    return turn.model_copy(update={"reason": _fitting(clean(turn.reason).strip(), REASON_LENGTH, _("a reason"))})


def _checked_file(file: File, now: dt.datetime) -> File:
    _check_moments(now, file.added_at)
    return file.model_copy(update={"alt": _fitting(" ".join(clean(file.alt).split()), ALT_LENGTH, _("a description"))})


def _check_moments(now: dt.datetime, *moments: dt.datetime) -> None:
    if any(moment > now + SLACK for moment in moments):
        raise Refused(_("a moment lies in the future."))


def _fitting(text: str, most: int, what: str) -> str:
    if len(text) > most:
        raise Refused(_("%(what)s is too long: at most %(limit)s characters.", what=what, limit=most))
    return text


def _check_links(links: Iterable[Link], entries: dict[uuid.UUID, Entry], registry: Registry, now: dt.datetime) -> None:
    seen = set[tuple[uuid.UUID, uuid.UUID, str]]()
    single = set[tuple[uuid.UUID, str]]()
    parents: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for link in links:
        start, end = entries.get(link.from_id), entries.get(link.to_id)
        if start is None or end is None:
            raise Refused(_("A link leads to an entry that isn't in portfolio.json."))
        known = {found.type: found for found in registry.kinds[start.kind].links}
        found = known.get(link.type)
        if found is None or start is end or (found.to_kind and found.to_kind != end.kind):
            raise Refused(_("In “%(title)s”: it has a link that can't be.", title=start.current.title))
        key = (link.from_id, link.to_id, link.type)
        if key in seen or (not found.many and key[::2] in single):
            raise Refused(_("In “%(title)s”: the same link is there twice.", title=start.current.title))
        if link.created_at > now + SLACK:
            raise Refused(_("In “%(title)s”: a moment lies in the future.", title=start.current.title))
        seen.add(key)
        single.add((link.from_id, link.type))
        if link.type in LINEAGE:
            parents[link.from_id].append(link.to_id)
    _check_no_loop(parents)


def _check_no_loop(parents: dict[uuid.UUID, list[uuid.UUID]]) -> None:
    """Take away goals that came from nothing (any more), until none is left; what can't be taken away is a loop."""
    children: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    waiting = {child: len(found) for child, found in parents.items()}
    for child, found in parents.items():
        for parent in found:
            children[parent].append(child)
    free = [parent for parent in children if parent not in waiting]
    while free:
        for child in children[free.pop()]:
            waiting[child] -= 1
            if waiting[child] == 0:
                free.append(child)
    if any(waiting.values()):
        raise Refused(_("A goal can't come from a goal that came from it."))
