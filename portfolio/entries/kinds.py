"""Kinds of entry, declared once: from a kind's fields come form, page, validation, difference, search text and export.

    class PolarityMap(Kind):
        name = "polarity_map"
        label = _l("Polarity map")
        label_plural = _l("Polarity maps")
        pole_a: Line = field(_l("Pole A"))
        greater_purpose: Prose | None = field(_l("Greater purpose"))

A declaration that can't work is refused when the class is made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from portfolio.entries.declared import Declared
from portfolio.entries.declaring import KindError, field
from portfolio.entries.differences import Segment, compare
from portfolio.entries.forms import EntryForm, build_form
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.contributions import Starter

__all__ = [
    "Draft",
    "FieldDifference",
    "Kind",
    "KindError",
    "LinkType",
    "State",
    "canonical",
    "field",
    "sha256_of",
]


@dataclass(frozen=True)
class State:
    """A state an entry can be in."""

    code: str
    label: Any


@dataclass(frozen=True)
class LinkType:
    """A link that entries of this kind may have, to a kind or (empty) to any."""

    type: str
    to_kind: str
    label: Any
    reverse_label: Any
    many: bool = True
    invites: Any = ""
    """Words of a way on, at an own entry of `to_kind`: to write one of this kind that is linked to it."""


@dataclass(frozen=True)
class Draft:
    """What a form held: everything an entry and its revision need."""

    title: str
    happened_on: dt.date
    from_on: dt.date | None
    until_on: dt.date | None
    content: dict[str, Any]
    seen: int


@dataclass(frozen=True)
class FieldDifference:
    """What changed in one field, or in one step."""

    name: str
    label: Any
    segments: tuple[Segment, ...]


class Kind(Declared):
    """A kind of entry. Subclass it and declare fields; a subclass of a kind has that kind's fields first."""

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    label_plural: ClassVar[Any] = ""
    mark: ClassVar[str] = ""
    """Name of its icon in the theme."""
    version: ClassVar[int] = 1
    shareable: ClassVar[bool] = True
    read_where_it_lies: ClassVar[bool] = False
    """Of a kind that isn't shareable: members of the circle's or joint portfolio it is written in do read it."""
    offered: ClassVar[bool] = True
    """Overview and list offer to write one; False for what begins elsewhere, such as a look back at something."""
    begins_empty: ClassVar[tuple[str, ...]] = ()
    """Fields that a next entry, begun with the words of this one, doesn't take over."""
    title_from: ClassVar[tuple[str, str]] = ("", "")
    """Link type and field: a new one begins with that field of what it is linked to as its title."""
    period: ClassVar[str] = "day"
    """day: it has a day; period: also a from and an until."""
    states: ClassVar[tuple[State, ...]] = ()
    links: ClassVar[tuple[LinkType, ...]] = ()
    title_label: ClassVar[Any] = _l("Title")
    title_help: ClassVar[Any] = ""
    day_label: ClassVar[Any] = _l("Day")
    day_help: ClassVar[Any] = ""
    day_may_be_ahead: ClassVar[bool] = False
    """A planned thing may lie up to a year ahead; anything else has happened."""
    states_by_code: ClassVar[dict[str, State]] = {}
    default_state: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Collect the fields and refuse what can't work. Raises KindError."""
        cls.declare(Kind, EntryForm)
        for attribute in ("name", "label", "label_plural"):
            if not str(getattr(cls, attribute)).strip():
                raise KindError(f"{cls.__name__} has no {attribute}")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", cls.name):
            raise KindError(f"{cls.__name__}: {cls.name!r} is no name for a kind: lower-case letters, digits and _")
        if cls.period not in ("day", "period"):
            raise KindError(f"{cls.__name__}: period is 'day' or 'period', not {cls.period!r}")
        if not isinstance(cls.version, int) or cls.version < 1:
            raise KindError(f"{cls.__name__}: a version is a number from 1")
        cls.states_by_code = {state.code: state for state in cls.states}
        if len(cls.states_by_code) < len(cls.states):
            raise KindError(f"{cls.__name__}: two states have the same code")
        if len({link.type for link in cls.links}) < len(cls.links):
            raise KindError(f"{cls.__name__}: two links have the same type")
        for name in set(cls.begins_empty) - {spec.name for spec in cls.fields}:
            raise KindError(f"{cls.__name__}: begins_empty names {name!r}, which is no field")
        if cls.title_from[0] not in {link.type for link in cls.links} | {""}:
            raise KindError(f"{cls.__name__}: title_from names {cls.title_from[0]!r}, which is no link")
        cls.default_state = cls.states[0].code if cls.states else ""

    @classmethod
    def audience(cls) -> str:
        """Who may read it besides its author: whoever the portfolio and shares let (`portfolio`), or nobody."""
        return "portfolio" if cls.shareable or cls.read_where_it_lies else "author"

    # content

    @classmethod
    def upgrade(cls, content: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Bring content of an older version of this kind along. A kind whose `version` rises overrides it."""
        return content

    # forms

    @classmethod
    def form_class(cls, starter: Starter | None = None) -> type[EntryForm]:
        """The form to write an entry of this kind; `starter` says which steps are asked."""
        return build_form(cls, starter)  # type: ignore[arg-type]  # a class is hashable

    @classmethod
    def from_form(cls, form: EntryForm, before: Mapping[str, Any] | None = None) -> Draft:
        """What a valid form holds. What it doesn't show, such as another method's steps, stays as it was `before`."""
        data = form.data
        known = cls.empty() | dict(before or {})
        content = {
            spec.name: spec.type.from_form(spec.name, data, known.get(spec.name, spec.type.empty()))
            for spec in cls.fields
        }
        return Draft(
            title=data["title"],
            happened_on=data["happened_on"],
            from_on=data.get("from_on"),
            until_on=data.get("until_on"),
            content=cls.validate(content),
            seen=data["seen"],
        )

    @classmethod
    def form_data(
        cls,
        title: str,
        happened_on: dt.date | None,
        from_on: dt.date | None,
        until_on: dt.date | None,
        content: Mapping[str, Any],
    ) -> dict[str, Any]:
        """What to fill a form with, as `form_class()(data=...)`."""
        data: dict[str, Any] = {
            "title": title, "happened_on": happened_on, "from_on": from_on, "until_on": until_on,
        }  # fmt: skip
        for spec in cls.fields:
            data |= spec.type.form_data(spec.name, content.get(spec.name, spec.type.empty()))
        return data

    # pages

    @classmethod
    def search_text(cls, title: str, content: Mapping[str, Any]) -> str:
        """Every word that somebody wrote, without Markdown's marks."""
        texts = [title, *(spec.type.search_text(content[spec.name]) for spec in cls.fields if content.get(spec.name))]
        return "\n".join(text for text in texts if text)

    @classmethod
    def difference(
        cls, old: Mapping[str, Any], new: Mapping[str, Any], starter: Starter | None = None
    ) -> tuple[FieldDifference, ...]:
        """What changed between two contents; fields that stayed the same are left out."""
        found = []
        for spec in cls.fields:
            before, after = (
                {part.name: part for part in spec.type.parts(spec, text.get(spec.name, spec.type.empty()), starter)}
                for text in (old, new)
            )
            for name, part in (before | after).items():
                texts = before[name].text if name in before else "", after[name].text if name in after else ""
                if texts[0] != texts[1]:
                    found.append(FieldDifference(name, part.label, compare(*texts)))
        return tuple(found)


def canonical(content: Any) -> bytes:
    """The one way to write content down as JSON: sorted, without blanks, UTF-8. Equal content gives equal bytes."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def sha256_of(
    title: str,
    happened_on: dt.date,
    from_on: dt.date | None,
    until_on: dt.date | None,
    content: Mapping[str, Any],
    kind_version: int,
) -> str:
    """The fingerprint of a revision: equal exactly when nothing that somebody wrote differs."""
    days = [day.isoformat() if day else "" for day in (happened_on, from_on, until_on)]
    return hashlib.sha256(canonical([title, *days, dict(content), kind_version])).hexdigest()
