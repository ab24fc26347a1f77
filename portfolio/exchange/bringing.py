"""Bringing back: what was read goes into an empty portfolio, with its own ids, in one transaction.

A file's id is its key in the store, so keys are claimed before bytes are put there: nothing that is there is ever
overwritten, and what an interruption leaves is swept up like any loose file.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Uuid, bindparam, delete, exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portfolio.db import Database, any_of, ids
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
_FILES_HERE = select(exists().where(any_of(Attachment.id, ids("keys"))))
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
    """Claim the files' keys and put their bytes in the store, before the transaction of the import.

    Raises Refused when a key is claimed or in use already; then nothing was put.
    """
    if not plan.files:
        return
    keys = [file.id for file in plan.files]
    try:
        with database.aside() as session:
            session.execute(insert(LooseFile), [{"key": key, "since": now + UPLOAD_TAKES} for key in keys])
            # After the claim: an import that ended a moment ago gave its claim back and left its files.
            if session.execute(_FILES_HERE, {"keys": keys}).scalar_one():
                raise Refused(_already_here())
    except IntegrityError as error:
        raise Refused(_being_cleared()) from error
    try:
        for file in plan.files:
            store.put(file.id.hex, plan.bytes_of(file))
    except BaseException:
        with database.aside() as session:
            take_away(session, store, plan)
        raise


def take_away(session: Session, store: Store, plan: Plan) -> None:
    """Undo `put_files` after an import that failed."""
    keys = [file.id for file in plan.files]
    for key in keys:
        store.delete(key.hex)
    session.execute(_GIVE_BACK, {"keys": keys})


def bring_back(scope: Scope, plan: Plan) -> None:
    """Write what was read into the viewer's own portfolio: nine statements at most, whatever its size.

    Everything is private, as everything begins. Raises Refused; the caller then rolls back.
    """
    check_empty(scope, for_good=True)
    me, home = scope.me.id, scope.relations.portfolio
    entries = plan.contents.entries
    try:
        with scope.session.begin_nested():  # so that the page that says no can still ask the database
            _insert(scope, Entry, (_entry_row(entry, plan, me, home) for entry in entries))
            _insert(scope, Revision, (_text_row(entry.id, text, me) for entry in entries for text in entry.texts))
            _insert(
                scope,
                Rendered,
                ({"revision_id": text, "renderer": plan.renderer, "html": html} for text, html in plan.html.items()),
            )
            _insert(
                scope,
                StateChange,
                (turn.__dict__ | {"entry_id": entry.id, "author_id": me} for entry in entries for turn in entry.turns),
            )
            files = ((entry.id, file) for entry in entries for file in entry.files)
            _insert(scope, Attachment, (file.__dict__ | {"entry_id": entry_id} for entry_id, file in files))
            _insert(scope, Link, (link.__dict__ for link in plan.contents.links))
    except IntegrityError as error:
        raise Refused(_already_here()) from error
    if plan.files:
        scope.session.execute(_GIVE_BACK, {"keys": [file.id for file in plan.files]})


def _insert(scope: Scope, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    values = [dict(row) for row in rows]
    if values:
        scope.session.execute(insert(model), values)


def _entry_row(entry: archive.Entry, plan: Plan, me: uuid.UUID, home: uuid.UUID | None) -> dict[str, Any]:
    text = entry.current
    return {
        "id": entry.id, "portfolio_id": home, "author_id": me, "plugin": plan.plugin_of[entry.kind],
        "kind": entry.kind, "title": text.title, "happened_on": text.happened_on, "from_on": text.from_on,
        "until_on": text.until_on, "state": entry.state, "audience": entry.audience, "opens_at": entry.opens_at,
        "closes_at": entry.closes_at, "number": text.number, "created_at": entry.created_at,
        "updated_at": entry.updated_at,
    }  # fmt: skip


def _text_row(entry_id: uuid.UUID, text: Text, me: uuid.UUID) -> dict[str, Any]:
    days = (text.happened_on, text.from_on, text.until_on)
    sha256 = sha256_of(text.title, *days, text.content, text.kind_version)
    return text.__dict__ | {"entry_id": entry_id, "author_id": me, "sha256": sha256}


def _already_here() -> str:
    return _("Entries of this archive are on this server already, here or in another account. Nothing was changed.")


def _being_cleared() -> str:
    return _("Files of this archive were here a short while ago and are being cleared away. Try again in a few hours.")
