"""From entries to what a page says: kind and state in words, who sees it by name, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.contributions import Starter
from portfolio.entries.beside import Copy
from portfolio.entries.differences import Segment
from portfolio.entries.entry_texts import EntryText, OwnLink
from portfolio.entries.field_types import Shown
from portfolio.entries.guarding import Words, words_in
from portfolio.entries.history import Text
from portfolio.entries.kinds import Draft, FieldDifference, Kind
from portfolio.entries.linking import Linked
from portfolio.entries.readers import Reader
from portfolio.entries.reading import EntryLine, OpenEntry
from portfolio.entries.snapshot_files import own_image
from portfolio.entries.snapshots import SnapshotText
from portfolio.entries.writing import rendered
from portfolio.errors import NotVisible
from portfolio.i18n import gettext as _
from portfolio.i18n import ngettext, show_day, show_list
from portfolio.markdown import RENDERER_VERSION
from portfolio.scope import Scope
from portfolio.web import this_app, this_scope

Step = tuple[Any, str | None]
"""One of the steps at the top of a page: what it says and where it leads."""
Head = OpenEntry | Text | Draft
"""What has the title and the days of a text."""


@dataclass(frozen=True)
class ReaderLine:
    """One reader in the strip "Who sees this?"."""

    name: str
    reason: str
    until: Any = None


@dataclass(frozen=True)
class Who:
    """The strip: a sentence, and the readers one by one."""

    sentence: str
    readers: Sequence[ReaderLine] = ()
    private: bool = False


def find_kind(name: str) -> type[Kind] | None:
    """The kind, or None when the plugin that brought it is away."""
    return this_app().registry.kinds.get(name)


def get_kind(entry: OpenEntry) -> type[Kind]:
    """The kind of an entry. Raises NotVisible when its plugin is away."""
    kind = find_kind(entry.kind)
    if kind is None:
        raise NotVisible(entry.kind)
    return kind


def section_title(plugin: str) -> Any:
    """What a section or plugin is called; by its bare name when its folder is away."""
    return this_app().registry.about(plugin).title


def kept_message(plugin: str) -> str:
    """What somebody is told who wrote with a plugin that is off."""
    name = section_title(plugin)
    if plugin in this_app().registry.plugins:
        why = _("Your school doesn't use “%(name)s” this school year.", name=name)
    else:
        why = _("The part that “%(name)s” was written with isn't here any more, so it is shown plainly.", name=name)
    yours = _(
        "What you wrote stays yours: you can read it, take it along or throw it away. Others can't see it any more."
    )
    return f"{why} {yours}"


def entry_url(
    entry: OpenEntry | EntryLine | Linked | EntryText | OwnLink, endpoint: str = "entries.read", **more: Any
) -> str:
    """Address of an entry, or of a page about it."""
    return this_app().url_for(endpoint, portfolio=entry.portfolio_id, section=entry.plugin, entry=entry.id, **more)


def own_steps(scope: Scope, section: str) -> list[Step]:
    """The way from the overview to a section of the viewer's own portfolio, for the top of a page."""
    url_for = this_app().url_for
    return [
        (_("Portfolio of %(name)s", name=scope.me.name), url_for("entries.home")),
        (
            section_title(section),
            url_for("entries.index", portfolio=scope.relations.portfolio, section=section),
        ),
    ]


def steps_to(scope: Scope, entry: OpenEntry) -> list[Step]:
    """The way to where an entry lies, for the top of its page: one's own portfolio, a circle, or what others share."""
    url_for = this_app().url_for
    if entry.portfolio_id == scope.relations.portfolio:
        return own_steps(scope, entry.plugin)
    for circle, portfolio in scope.relations.circles:
        if portfolio == entry.portfolio_id:
            names = {reader.circle_name for reader in entry.readers if reader.share_id is None}
            here = [(name, url_for("people.circle", circle=circle)) for name in names]
            return [(_("Circles"), url_for("people.circles")), *here]
    if entry.portfolio_id in scope.relations.joint:
        others = {reader.name for reader in entry.readers if reader.via == "joint" and reader.person_id != scope.me.id}
        others |= set() if entry.mine else {entry.author_name}
        words = _("You and %(name)s", name=in_a_row(sorted(others))) if others else _("Together")
        return [
            (_("Together"), url_for("people.together")),
            (words, url_for("people.joint", portfolio=entry.portfolio_id)),
        ]
    if entry.mine:
        return [(_("Portfolio of %(name)s", name=entry.author_name), url_for("entries.home"))]
    of_author = [(_("Portfolio of %(name)s", name=entry.author_name), None)] if entry.in_own_portfolio else []
    return [(_("Shared with me"), url_for("entries.shared")), *of_author]


def starter_of(content: dict[str, Any]) -> Starter | None:
    """The method an entry was written with, if it is known here."""
    return this_app().registry.starters.get(str(content.get("method", "")))


def facts_of(entry: OpenEntry | EntryText) -> tuple[Shown, ...]:
    """What the page shows of an entry's text, in the order of its fields. An unknown kind is shown plain."""
    kind = find_kind(entry.kind)
    if kind is None:
        return plain_facts(entry.content)
    content = kind.upgrade(dict(entry.content), entry.kind_version)
    stored = entry.renderer == RENDERER_VERSION and entry.kind_version == kind.version
    html = entry.html if stored else rendered(this_scope(), entry.id, kind, content)
    return kind.show(content, html, starter_of(content))


def words_of(entry: OpenEntry | EntryText) -> tuple[Words, ...]:
    """What somebody wrote in an entry, text by text with its label, as the text guard reads it."""
    kind = find_kind(entry.kind)
    if kind is None:
        plain = [Words(fact.label, str(fact.value)) for fact in plain_facts(entry.content)]
        return Words(_("Title"), entry.title), *plain
    content = kind.upgrade(dict(entry.content), entry.kind_version)
    return Words(kind.title_label, entry.title), *words_in(kind, content, starter_of(content))


def facts_of_snapshot(snapshot: SnapshotText) -> tuple[Shown, ...]:
    """What was handed over, in the order of the fields; its files are shown beside it."""
    kind = find_kind(snapshot.kind)
    if kind is None:
        return plain_facts(snapshot.content)
    content = snapshot.content
    if snapshot.kind_version != kind.version:
        content = kind.upgrade(kind.empty() | content, snapshot.kind_version)
    stored = snapshot.renderer == RENDERER_VERSION and snapshot.kind_version == kind.version
    html = snapshot.html if stored else kind.html(content, own_image(snapshot.files))
    return kind.show(content, html, starter_of(content))


def plain_facts(content: dict[str, Any]) -> tuple[Shown, ...]:
    """A text of an unknown kind: each of its fields by its bare name."""
    return tuple(
        Shown(name=name, label=name.replace("_", " "), shape=shape, value=value, html="")
        for name, found in content.items()
        if found
        for shape, value in [_plain_value(found)]
    )


def _plain_value(value: Any) -> tuple[str, Any]:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return "rows", [tuple((name, str(item)) for name, item in row.items() if item) for row in value]
    if isinstance(value, list):
        return "lines", [str(item) for item in value]
    return "line", str(value)


def head_difference(kind: type[Kind], old: Head, new: Head) -> tuple[FieldDifference, ...]:
    """What differs in the title and the days of two texts; each is shown whole."""
    found = []
    for name, label in (
        ("title", kind.title_label),
        ("happened_on", kind.day_label),
        ("from_on", _("From")),
        ("until_on", _("Up to and including")),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            show = str if name == "title" else show_day
            segments: tuple[Segment, Segment] = ("removed", show(before)), ("added", show(after))
            found.append(FieldDifference(name, label, tuple(segment for segment in segments if segment[1])))
    return tuple(found)


def state_label(kind: type[Kind] | None, state: str) -> Any:
    """A state in words."""
    if kind is None or state not in kind.states_by_code:
        return ""
    return kind.states_by_code[state].label


def who_sees(scope: Scope, entry: OpenEntry, copies: Sequence[Copy] = ()) -> Who:
    """The strip of an entry. Its author gets every reader by name, and so do the members of a circle's or joint
    portfolio of that circle or each other; who has it by a share learns only of themself. `copies`: who reads what
    the author handed over of it.
    """
    relations = scope.relations
    takes_part = entry.portfolio_id in relations.joint or entry.portfolio_id in relations.circle_portfolios
    reaching = [reader for reader in entry.readers if reader.reaches]
    if not entry.mine and not takes_part:
        sentence = _("%(name)s shared this with you.", name=entry.author_name)
        mine = [reader for reader in reaching if reader.person_id == scope.me.id]
        return Who(sentence, [ReaderLine(scope.me.name, _reason(reader, to_owner=False), None) for reader in mine])
    members = [reader for reader in reaching if reader.share_id is None]
    shown = [*(members if takes_part else []), *(reader for reader in reaching if reader.share_id and entry.mine)]
    names = [*_together(scope, entry, members, takes_part), *(reader.name for reader in shown if reader.share_id)]
    lines = [
        ReaderLine(reader.name or reader.circle_name, _reason(reader, to_owner=True), reader.last_day)
        for reader in shown
    ]
    for one in copies:
        as_it_was = _("what you handed over, as it was on %(day)s", day=show_day(one.taken_at))
        lines.append(ReaderLine(one.name, as_it_was))
    names = [name for name in dict.fromkeys(names) if name]
    if not names:
        sentence = _("Only you see this as it is now.") if copies else _("Only you see this.")
        return Who(sentence, lines, private=not lines)
    return Who(_("%(names)s see this.", names=in_a_row([_("You"), *names])), lines)


def list_onward(scope: Scope, entry: OpenEntry) -> list[tuple[Any, str]]:
    """What the viewer can write from an own entry, by the links that invite to it: words and address. No query."""
    if not entry.goes_on or not entry.in_own_portfolio:
        return []
    registry, url_for = this_app().registry, this_app().url_for
    return [
        (
            link.invites,
            url_for("entries.new", portfolio=entry.portfolio_id, section=plugin, kind=name, **{link.type: entry.id}),
        )
        for name, kind in registry.kinds.items()
        for link in kind.links
        if link.invites and link.to_kind == entry.kind and scope.gate.is_on(plugin := registry.owner_of[name])
    ]


def list_sleeping(entry: OpenEntry) -> list[str]:
    """With whom the viewer shared this before its plugin was off for a while, and hasn't confirmed it since."""
    if not entry.goes_on:
        return []
    asleep = [reader for reader in entry.readers if reader.share_id and reader.runs and not reader.awake]
    return list(dict.fromkeys(reader.circle_name or reader.name for reader in asleep))


def _together(scope: Scope, entry: OpenEntry, members: Sequence[Reader], takes_part: bool) -> list[str]:
    """Who else sees it because of where it lies; to its author who has left that, without a name."""
    if not members:
        return []
    if not takes_part:
        return [_("the people you wrote it among")]
    if members[0].circle_name:
        return [_("the circle %(name)s", name=members[0].circle_name)]
    author = [] if entry.mine else [entry.author_name]
    return [*author, *(reader.name for reader in members if reader.person_id != scope.me.id)]


def in_a_row(names: Sequence[str]) -> str:
    """Names as a sentence has them: a, b and c; many are counted after the first three."""
    if len(names) > 4:
        return show_list([*names[:3], ngettext("%(num)s other", "%(num)s others", len(names) - 3)])
    return show_list(names)


def _reason(reader: Reader, *, to_owner: bool) -> str:
    if reader.via == "coaching":
        why = _("as your coach") if to_owner else _("as their coach")
    elif reader.via == "circle":
        why = _("in the circle %(name)s", name=reader.circle_name)
    elif reader.via == "joint":
        why = _("named here with you")
    else:
        why = _("by name")
    return f"{why} · {reader.school}" if reader.school and to_owner else why
