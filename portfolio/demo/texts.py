"""Read the texts of the demo world from their TOML files. A key that nobody knows is a typing error, and refused."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
WORLD = HERE / "world"
PICTURES = HERE / "pictures"


class DemoError(RuntimeError):
    """The demo world can't be loaded; the message says why."""


@dataclass(frozen=True)
class When:
    """A day of a school year of the demo, such as year 3, "02-11"; year 5 is the current one."""

    year: int
    day: str


@dataclass(frozen=True)
class School:
    """A school and the name of its board."""

    key: str
    name: str
    board: str


@dataclass(frozen=True)
class Person:
    """Somebody; the key is the name in the e-mail address."""

    key: str
    name: str
    school: str
    roles: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Led:
    """`leader` is the leader of `teacher` from the first day of a school year until that of another."""

    leader: str
    teacher: str
    from_year: int
    until_year: int | None = None


@dataclass(frozen=True)
class Together:
    """What a teacher and their leader of that time have together, opened on a day."""

    leader: str
    teacher: str
    from_year: int
    day: str


@dataclass(frozen=True)
class Coached:
    """`coach` is the coach of `teacher` from a day."""

    coach: str
    teacher: str
    from_year: int
    day: str


@dataclass(frozen=True)
class Circle:
    """People who meet, from a day."""

    key: str
    name: str
    purpose: str
    members: tuple[str, ...]
    from_year: int
    day: str


@dataclass(frozen=True)
class Agreed(When):
    """What the school arranged for its cohort, on that day; without a reference it follows by then."""

    what: str
    reference: str = ""


@dataclass(frozen=True)
class Switched:
    """A plugin is on in the cohort from a day, going on where the one before ends, until the first day of a year."""

    plugin: str
    from_year: int
    day: str
    until_year: int | None = None


@dataclass(frozen=True)
class Stand(When):
    """An entry came into a state."""

    state: str
    reason: str


@dataclass(frozen=True)
class Earlier(When):
    """The text of one field (or step) until that day."""

    field: str
    text: str


@dataclass(frozen=True)
class Shared(When):
    """Shared with somebody or a circle, until a last day if there is one."""

    with_: str
    until_year: int | None = None
    until_day: str = ""


@dataclass(frozen=True)
class Reply(When):
    """An answer in a thread."""

    by: str
    text: str


@dataclass(frozen=True)
class Comment(When):
    """A reader's words, and what was answered."""

    by: str
    kind: str
    text: str
    read: bool
    quote: str = ""
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True)
class Text(When):
    """An entry as it is told: what every kind has, and in `own` the fields and links of its own kind."""

    author: str
    key: str
    kind: str
    title: str
    states: tuple[Stand, ...] = ()
    revisions: tuple[Earlier, ...] = ()
    shares: tuple[Shared, ...] = ()
    comments: tuple[Comment, ...] = ()
    picture: str = ""
    alt: str = ""
    plugin: str = ""
    """The one that brings the kind, if it is no section."""
    circle: str = ""
    """In whose portfolio it was written, if not in the author's own."""
    joint: str = ""
    """The teacher in whose and their leader's joint portfolio it lies, if it does."""
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it lies, by its name in `People.portfolios`."""
        if self.circle or self.joint:
            return f"circle:{self.circle}" if self.circle else f"joint:{self.joint}"
        return self.author


@dataclass(frozen=True)
class World:
    """Everything that is told."""

    schools: tuple[School, ...]
    persons: tuple[Person, ...]
    leaderships: tuple[Led, ...]
    joints: tuple[Together, ...]
    coachings: tuple[Coached, ...]
    circles: tuple[Circle, ...]
    agreements: tuple[Agreed, ...]
    switches: tuple[Switched, ...]
    texts: tuple[Text, ...]

    def where(self, installed: Collection[str]) -> World:
        """The world as it is told where only these plugins are installed."""
        texts = tuple(text for text in self.texts if not text.plugin or text.plugin in installed)
        return replace(self, texts=texts, switches=tuple(one for one in self.switches if one.plugin in installed))


Told = TypeVar("Told")


def read_world(folder: Path = WORLD) -> World:
    """Read the whole world. Raises DemoError for a text that doesn't say what it must, or says what nobody knows."""
    people = _read(folder / "people.toml")
    persons = _all(Person, people.pop("person", []), "people.toml")
    world = World(
        schools=_all(School, people.pop("school", []), "people.toml"),
        persons=persons,
        leaderships=_all(Led, people.pop("leadership", []), "people.toml"),
        joints=_all(Together, people.pop("joint", []), "people.toml"),
        coachings=_all(Coached, people.pop("coaching", []), "people.toml"),
        circles=_all(Circle, people.pop("circle", []), "people.toml"),
        agreements=_all(Agreed, people.pop("agreement", []), "people.toml"),
        switches=_all(Switched, people.pop("switch", []), "people.toml"),
        texts=tuple(text for person in persons for text in _texts_of(folder, person.key)),
    )
    if people:
        raise DemoError(f"people.toml: nobody knows {', '.join(people)}")
    keys = [text.key for text in world.texts]
    if len(set(keys)) < len(keys):
        raise DemoError(f"two entries have one key: {', '.join(sorted({key for key in keys if keys.count(key) > 1}))}")
    return world


def _texts_of(folder: Path, author: str) -> list[Text]:
    known = {one.name for one in fields(Text)} - {"author", "own"}
    found = []
    for table in _read(folder / f"{author}.toml").get("entry", []):
        where = f"{author}.toml, {table.get('key')}"
        parts: dict[str, Any] = {name: value for name, value in table.items() if name in known}
        parts["own"] = {name: value for name, value in table.items() if name not in known}
        parts["author"] = author
        for name, told in (("states", Stand), ("revisions", Earlier), ("shares", Shared), ("comments", Comment)):
            parts[name] = _all(told, table.get(name, []), where)
        found.append(_made(Text, parts, where))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = _stripped(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DemoError(f"{path.name}: {error}") from error
    return read


def _stripped(value: Any) -> Any:
    """Long texts end in a newline that isn't part of them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {name: _stripped(part) for name, part in value.items()}
    return [_stripped(part) for part in value] if isinstance(value, list) else value


def _all(told: type[Told], tables: list[dict[str, Any]], where: str) -> tuple[Told, ...]:
    return tuple(_made(told, table, where) for table in tables)


def _made(told: type[Told], table: Mapping[str, Any], where: str) -> Told:
    values = {"with_" if name == "with" else name: value for name, value in table.items()}
    if told is Comment:
        values["replies"] = _all(Reply, values.get("replies", []), where)
    parts = {one.name: one for one in fields(told)}  # type: ignore[arg-type]
    missing = {
        name for name, one in parts.items() if one.default is MISSING and one.default_factory is MISSING
    } - set(values)
    if missing or set(values) - set(parts):
        wrong = [f"{name} is missing" for name in sorted(missing)]
        wrong += [f"nobody knows {name}" for name in sorted(set(values) - set(parts))]
        raise DemoError(f"{where}: {'; '.join(wrong)}")
    return told(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
