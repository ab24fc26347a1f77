"""What can happen, as frozen facts. A service tells its scope; the gate passes it on to who is on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something happened to an entry."""

    entry_id: uuid.UUID


@dataclass(frozen=True)
class EntryWritten(Event):
    """A new entry, or a new revision of one."""

    kind: str
    number: int


@dataclass(frozen=True)
class EntryShared(Event):
    """An entry got one more reader."""

    share_id: uuid.UUID


@dataclass(frozen=True)
class CommentWritten(Event):
    """A reader wrote about an entry, or its owner answered."""

    comment_id: uuid.UUID


@dataclass(frozen=True)
class StateChanged(Event):
    """An entry went from one state to another."""

    before: str
    after: str


@dataclass(frozen=True)
class EntryBinned(Event):
    """An entry went into its author's bin."""
