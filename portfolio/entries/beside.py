"""What stands beside an entry's text on its page: its files and its changes of state, in one query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Uuid, bindparam, cast, false, literal, null, select, union_all

from portfolio.entries.attaching import File
from portfolio.entries.history import Turn
from portfolio.entries.models import Attachment, StateChange
from portfolio.entries.reading import OpenEntry
from portfolio.scope import Scope


def _statement(*, mine: bool) -> Any:
    """A reader gets no changes of state, and no file that is locked."""
    here: Any = bindparam("entry", type_=Uuid())
    files = select(
        literal("file").label("what"),
        Attachment.id.label("id"),
        Attachment.filename,
        Attachment.media_type,
        Attachment.size,
        Attachment.alt,
        Attachment.pupils,
        cast(null(), Date).label("happened_on"),
        Attachment.added_at.label("at"),
    ).where(Attachment.entry_id == here)
    turns = select(
        literal("turn"),
        StateChange.id,
        StateChange.before,
        StateChange.after,
        literal(0),
        StateChange.reason,
        literal(""),
        StateChange.happened_on,
        StateChange.at,
    ).where(StateChange.entry_id == here)
    if not mine:
        files, turns = files.where(Attachment.pupils == "no"), turns.where(false())
    return union_all(files, turns).order_by("at", "id")


_OF_OWN, _OF_SEEN = _statement(mine=True), _statement(mine=False)


def list_files_and_turns(scope: Scope, entry: OpenEntry) -> tuple[list[File], list[Turn]]:
    """The files of an entry, a locked one only for its owner; and for its author its changes of state, oldest first."""
    files, turns = [], []
    for what, id_, first, second, size, words, pupils, day, at in scope.rows(
        _OF_OWN if entry.mine else _OF_SEEN, {"entry": entry.id}
    ):
        if what == "file":
            files.append(File(id_, first, second, size, words, pupils))
        else:
            turns.append(Turn(first, second, words, day, at))
    return files, turns
