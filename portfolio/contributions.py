"""What plugins and sections hand over: facts in frozen dataclasses, never HTML."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

Text = Any
"""A string, or a lazy translation that becomes one when it is shown."""


@dataclass(frozen=True)
class NavItem:
    """A place in the menu. `endpoint` is built with the portfolio of the page as its argument."""

    label: Text
    endpoint: str
    order: int = 100
    mark: str = ""
    """Name of the small mark beside it: an icon of the theme."""


@dataclass(frozen=True)
class CardLine:
    """One line of a card: what it says and where it leads."""

    text: Text
    url: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Card:
    """Something worth a look on the overview: a question, some lines and one way on."""

    title: Text
    question: Text = ""
    lines: tuple[CardLine, ...] = ()
    action: CardLine | None = None
    order: int = 100


@dataclass(frozen=True)
class Candidate:
    """An own entry worth handing over in a conversation, and why. Only ever offered: nothing is chosen for anybody."""

    entry_id: uuid.UUID
    why: Text


@dataclass(frozen=True)
class Step:
    """One step of a method: what it asks."""

    code: str
    label: Text
    help: Text = ""
    minutes: int = 0
    """How long it takes, for a method that people go through together."""
    speaks: str = ""
    """Who speaks meanwhile, and what the step asks, in words that the plugin of the starter's kind knows."""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Starter:
    """A way to begin an entry: a method with steps, or an idea that fills the title."""

    code: str
    kind: str
    title: Text
    purpose: Text = ""
    steps: tuple[Step, ...] = ()
    source: str = ""
    plugin: str = field(default="", compare=False)


@dataclass(frozen=True)
class NoticeKind:
    """A kind of news, such as an answer or an invitation. A mail never says of which kind there is news."""

    code: str
    """Of a plugin: its name, a dot and a word, `mooc.began`."""
    label: Text
    """In the list where somebody says how they want to hear of it."""
    says: Text
    """The line itself. About an entry it may have %(who)s and %(title)s in it; about a place it names nothing."""
    endpoint: str = ""
    """Where a line about a place leads: a view of the plugin, which gets the place's portfolio as its argument."""
    rhythm: str = "daily"
    """How it is mailed to who never chose: now, daily, weekly or never."""
    plugin: str = field(default="", compare=False)


@dataclass(frozen=True)
class About:
    """A plugin in plain words."""

    title: Text
    purpose: Text = ""
    """What it is for, in a sentence or two."""
    readers: Text = ""
    """Who sees what of it, in a sentence or two."""


@dataclass(frozen=True)
class PersonalData:
    """One kind of personal data that a plugin keeps, for the register."""

    what: Text
    purpose: Text
    readers: Text
    kept: Text
