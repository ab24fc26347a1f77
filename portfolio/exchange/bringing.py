"""Bringing back: what was read goes into an empty portfolio, under new ids, in one transaction.

New ones, because an id that is in use elsewhere on this server must not show. A file's id is its key in the store: keys
are claimed before bytes are put there, so that what an interruption leaves is swept up like any loose file.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Uuid, bindparam, delete, exists, insert, select
from sqlalchemy.orm import Session

from portfolio.among import any_of, ids
from portfolio.db import Database, new_id
from portfolio.entries.attaching import UPLOAD_TAKES
from portfolio.entries.kinds import sha256_of
from portfolio.entries.models import Attachment, Entry, Link, LooseFile, Portfolio, Rendered, Revision, StateChange
from portfolio.errors import Refused
from portfolio.exchange import archive
from portfolio.exchange.archive import Text
from portfolio.exchange.coming import Plan
from portfolio.files import Store
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

_PORTFOLIO = bindparam("portfolio", type_=Uuid())
_LOCK = select(Portfolio.id).where(Portfolio.id == _PORTFOLIO).with_for_update()
_HAS_ENTRIES = exists().where(Entry.portfolio_id == Portfolio.id).correlate(Portfolio)
_IN_USE = select(Portfolio.id, _HAS_ENTRIES.label("in_use")).where(Portfolio.id == _PORTFOLIO)
_GIVE_BACK = delete(LooseFile).where(any_of(LooseFile.key, ids("keys")))


def check_empty(scope: Scope, *, for_good: bool = False) -> None:
    """Raises Refused when the viewer has no portfolio, or one that holds anything, in the bin too.

    `for_good` keeps another import from passing here until this transaction ends.
    """
    mine = {"portfolio": scope.relations.portfolio}
    if for_good:
        scope.session.execute(_LOCK, mine)  # first, alone: what is looked at while waiting for it may be old
    row = scope.session.execute(_IN_USE, mine).one_or_none()
    if row is None:
        raise Refused(_("You have no portfolio of your own here to bring it back to."))
    if row.in_use:
        raise Refused(
            _(
                "You have written here already. An archive can only be brought back into an account without entries, "
                "also without any in the bin."
            )
        )


def put_files(database: Database, store: Store, plan: Plan, now: dt.datetime) -> None:
    """Claim the files' new keys and put their bytes in the store, before the transaction of the import."""
    if not plan.files:
        return
    with database.aside() as session:
        session.execute(insert(LooseFile), [{"key": key, "since": now + UPLOAD_TAKES} for key in _keys(plan)])
    try:
        for file in plan.files:
            store.put(plan.new_ids[file.id].hex, plan.bytes_of(file))
    except BaseException:
        with database.aside() as session:
            take_away(session, store, plan)
        raise


def take_away(session: Session, store: Store, plan: Plan) -> None:
    """Undo `put_files` after an import that failed."""
    for key in _keys(plan):
        store.delete(key.hex)
    session.execute(_GIVE_BACK, {"keys": _keys(plan)})


def bring_back(scope: Scope, plan: Plan) -> None:
    """Write what was read into the viewer's own portfolio: nine statements at most, whatever its size.

    Everything is private, as everything begins. Raises Refused; the caller then rolls back.
    """
    check_empty(scope, for_good=True)
    me, home, new_ids = scope.me.id, scope.relations.portfolio, plan.new_ids
    entries = plan.contents.entries
    texts = {(entry.id, text.number): new_id() for entry in entries for text in entry.texts}
    _insert(scope, Entry, (_entry_row(entry, plan, me, home) for entry in entries))
    _insert(
        scope,
        Revision,
        (_text_row(text, me) | {"id": texts[entry.id, text.number], "entry_id": new_ids[entry.id]}
         for entry in entries for text in entry.texts),
    )  # fmt: skip
    _insert(
        scope,
        Rendered,
        ({"revision_id": texts[entry.id, entry.current.number], "renderer": plan.renderer, "html": plan.html[entry.id]}
         for entry in entries if entry.id in plan.html),
    )  # fmt: skip
    turns = [(entry.id, turn) for entry in entries for turn in entry.turns]
    in_order = sorted(new_id() for _turn in turns)  # turns of one moment are told apart by their ids
    _insert(
        scope,
        StateChange,
        (turn.__dict__ | {"id": id_, "entry_id": new_ids[entry], "author_id": me}
         for id_, (entry, turn) in zip(in_order, turns, strict=True)),
    )  # fmt: skip
    _insert(
        scope,
        Attachment,
        (file.__dict__ | {"id": new_ids[file.id], "entry_id": new_ids[entry.id], "origin_id": file.id}
         for entry in entries for file in entry.files),
    )  # fmt: skip
    _insert(
        scope,
        Link,
        (link.__dict__ | {"id": new_id(), "from_id": new_ids[link.from_id], "to_id": new_ids[link.to_id]}
         for link in plan.contents.links),
    )  # fmt: skip
    if plan.files:
        scope.session.execute(_GIVE_BACK, {"keys": _keys(plan)})


def _keys(plan: Plan) -> list[uuid.UUID]:
    return [plan.new_ids[file.id] for file in plan.files]


def _insert(scope: Scope, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    values = [dict(row) for row in rows]
    if values:
        scope.session.execute(insert(model), values)


def _entry_row(entry: archive.Entry, plan: Plan, me: uuid.UUID, home: uuid.UUID | None) -> dict[str, Any]:
    text = entry.current
    return {
        "id": plan.new_ids[entry.id], "origin_id": entry.id, "portfolio_id": home, "author_id": me,
        "plugin": plan.plugin_of[entry.kind],
        "kind": entry.kind, "title": text.title, "happened_on": text.happened_on, "from_on": text.from_on,
        "until_on": text.until_on, "state": entry.state, "audience": entry.audience, "opens_at": entry.opens_at,
        "closes_at": entry.closes_at, "number": text.number, "created_at": entry.created_at,
        "updated_at": entry.updated_at,
    }  # fmt: skip


def _text_row(text: Text, me: uuid.UUID) -> dict[str, Any]:
    days = (text.happened_on, text.from_on, text.until_on)
    sha256 = sha256_of(text.title, *days, text.content, text.kind_version)
    return text.__dict__ | {"author_id": me, "sha256": sha256}
