"""The readable half of an archive: plain pages with relative links, to be opened without a network or this software."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from portfolio import i18n
from portfolio.clock import SchoolYear
from portfolio.contributions import Starter
from portfolio.entries.field_types import Shown
from portfolio.entries.kinds import Kind
from portfolio.entries.linking import LINEAGE
from portfolio.exchange.archive import JSON_NAME, Archive, Entry, LeftOut
from portfolio.exchange.handed_over import Handed, facts_of
from portfolio.i18n import gettext as _
from portfolio.plugins import Registry

TEMPLATES = Path(__file__).parent / "templates" / "exchange" / "offline"
STYLE = "style.css"
HANDED_OVER = "handed_over.html"


@dataclass(frozen=True)
class Picture:
    """A picture in the archive: its name there, and its description."""

    member: str
    alt: str


@dataclass(frozen=True)
class Relation:
    """The other end of a link, as a page says it."""

    label: Any
    entry: Entry


@dataclass(frozen=True)
class Line:
    """A goal's line of descent: its goals from first to latest, each with what it came from."""

    goals: tuple[tuple[Entry, tuple[Relation, ...]], ...]


def offline_pages(
    archive: Archive,
    html: Mapping[uuid.UUID, Mapping[str, str]],
    pictures: Mapping[uuid.UUID, Picture],
    handed_over: Sequence[Handed],
    registry: Registry,
    name: str,
) -> Iterator[tuple[str, str]]:
    """Every page as (name in the archive, text), in the reader's language; also the style sheet and the README.

    `html` is rendered text of the entries' current texts, where it is at hand; the rest is rendered here.
    """
    environment = _environment()
    entries = {entry.id: entry for entry in archive.portfolio.entries}
    relations = _relations(archive, entries, registry)
    left_out: dict[uuid.UUID, list[LeftOut]] = defaultdict(list)
    for file in archive.left_out:
        left_out[file.entry_id].append(file)

    def kind_label(entry: Entry) -> Any:
        kind = registry.kinds.get(entry.kind)
        return kind.label if kind else entry.kind

    def state_label(entry: Entry, code: str | None = None) -> Any:
        kind = registry.kinds.get(entry.kind)
        code = entry.state if code is None else code
        return kind.states_by_code[code].label if kind and code in kind.states_by_code else code

    shared = {
        "archive": archive, "name": name, "language": i18n.language(), "kind_label": kind_label,
        "state_label": state_label, "json_name": JSON_NAME,
    }  # fmt: skip
    page = environment.get_template("entry.html")
    for entry in entries.values():
        yield (
            _page_of(entry),
            page.render(
                shared,
                root="../",
                entry=entry,
                facts=_facts(entry, html.get(entry.id), pictures, registry),
                relations=relations[entry.id],
                left_out=left_out[entry.id],
                where=archive.written_elsewhere.get(str(entry.id), ""),
                page_of=lambda other: f"{other.id}.html",
            ),
        )
    if handed_over:
        words = [
            (one.part, registry.kinds.get(one.part.kind), facts_of(one, registry)) for one in handed_over
        ]
        yield HANDED_OVER, environment.get_template(HANDED_OVER).render(shared, root="", handed_over=words)
    index = environment.get_template("index.html").render(
        shared,
        root="",
        years=_years(entries.values()),
        lines=_lines(archive, entries, registry),
        entries=entries,
        page_of=_page_of,
    )
    yield "index.html", index
    yield STYLE, (TEMPLATES / STYLE).read_text(encoding="utf-8")
    yield "README.txt", _readme(name)


def _readme(name: str) -> str:
    words = _(
        "This is the portfolio of %(name)s: open index.html in a browser to read it, without a network. "
        "portfolio.json and the folder files hold the same without loss, so that it can be brought back into an empty "
        "account elsewhere.",
        name=name,
    )
    return f"{words}\n"


def _page_of(entry: Entry) -> str:
    return f"entries/{entry.id}.html"


def _facts(
    entry: Entry, stored: Mapping[str, str] | None, pictures: Mapping[uuid.UUID, Picture], registry: Registry
) -> tuple[Shown, ...]:
    text = entry.current
    kind = registry.kinds.get(entry.kind)
    if kind is not None:
        try:
            return _facts_of_kind(kind, entry, stored, pictures, registry.starters)
        except Exception:  # a plugin's fault must not keep anybody from taking their own words along
            if registry.raising:
                raise
    return tuple(Shown(name, name, "line", str(value)) for name, value in text.content.items() if value)


def _facts_of_kind(
    kind: type[Kind], entry: Entry, stored: Mapping[str, str] | None, pictures: Mapping[uuid.UUID, Picture],
    starters: Mapping[str, Starter],
) -> tuple[Shown, ...]:  # fmt: skip
    text = entry.current
    content = kind.upgrade(dict(text.content), text.kind_version)
    own = {str(file.id): f"../{pictures[file.id].member}" for file in entry.files if file.id in pictures}
    # Stored HTML shows pictures at an address of the site, so a text with pictures is rendered for this place.
    if stored is None or any("<img" in part for part in stored.values()):
        stored = kind.html(content, lambda name: _quoted(own.get(name)))
    return kind.show(content, stored, starters.get(str(content.get("method", ""))))


def _quoted(path: str | None) -> str | None:
    return quote(path) if path else None


def _relations(archive: Archive, entries: dict[uuid.UUID, Entry], registry: Registry) -> Any:
    found: dict[uuid.UUID, list[Relation]] = defaultdict(list)
    for link in archive.portfolio.links:
        labels = _labels(link.type, entries[link.from_id], registry)
        found[link.from_id].append(Relation(labels[0], entries[link.to_id]))
        found[link.to_id].append(Relation(labels[1], entries[link.from_id]))
    for ends in found.values():
        ends.sort(key=lambda relation: (relation.entry.current.happened_on, relation.entry.id))
    return found


def _labels(link_type: str, entry: Entry, registry: Registry) -> tuple[Any, Any]:
    kind = registry.kinds.get(entry.kind)
    for link in kind.links if kind else ():
        if link.type == link_type:
            return link.label, link.reverse_label
    return link_type, link_type


def _years(entries: Any) -> list[tuple[SchoolYear, list[Entry]]]:
    found: dict[SchoolYear, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[SchoolYear.of(entry.current.happened_on)].append(entry)
    for of_year in found.values():
        of_year.sort(key=_by_day)
    return sorted(found.items(), reverse=True)


def _by_day(entry: Entry) -> tuple[dt.date, uuid.UUID]:
    return entry.current.happened_on, entry.id


def _lines(archive: Archive, entries: dict[uuid.UUID, Entry], registry: Registry) -> list[Line]:
    """Goals that came from each other, as groups; a goal that stands alone is in none."""
    near: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    came_from: dict[uuid.UUID, list[Relation]] = defaultdict(list)
    for link in archive.portfolio.links:
        if link.type in LINEAGE:
            near[link.from_id].add(link.to_id)
            near[link.to_id].add(link.from_id)
            label = _labels(link.type, entries[link.from_id], registry)[0]
            came_from[link.from_id].append(Relation(label, entries[link.to_id]))
    lines, seen = [], set[uuid.UUID]()
    for start in sorted(near, key=lambda one: _by_day(entries[one])):
        if start in seen:
            continue
        group, step = {start}, [start]
        while step:
            fresh = near[step.pop()] - group
            group |= fresh
            step += fresh
        seen |= group
        ordered = sorted((entries[one] for one in group), key=_by_day)
        lines.append(Line(tuple((goal, tuple(came_from[goal.id])) for goal in ordered)))
    return lines


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=i18n.gettext, ngettext=i18n.ngettext)
    environment.filters.update(
        day=i18n.show_day,
        instant=i18n.show_instant,
        rendered=lambda html: Markup(html),  # noqa: S704 - only ever our own renderer's output
        path=_quoted,
        size=i18n.show_size,
    )
    return environment
