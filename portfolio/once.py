"""A form for something new makes one thing, however often it is sent: a double click, the back button, a retry.

Such a form has a signed id in it. What it makes gets an id that follows from that one, from who sends it and from all
that was typed: the same words once more have the same id, and the database takes an id only once, also when both come
at the same moment. Who goes back may get a new form with the old words in it: so the same words again within the hour
are the thing that is there. Other words are another thing, so nothing that was typed is lost.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from itsdangerous import BadData, Signer

from portfolio.db import new_id
from portfolio.inserting import insert_into
from portfolio.scope import Scope

FIELD = "once"
"""Name of the hidden field."""
AGAIN = dt.timedelta(hours=1)
"""How long the same words are the same thing, also with another form."""
_RANDOM = (0xFFF << 64) | ((1 << 62) - 1)
"""The bits of a UUIDv7 that are neither time, version nor variant."""


def sign(secret: str, person: uuid.UUID, form_id: uuid.UUID) -> str:
    """The value of the hidden field: this form's id, good for that person only."""
    return _signer(secret, person).sign(form_id.hex).decode()


def read(secret: str, person: uuid.UUID, text: str) -> uuid.UUID | None:
    """The id of a form that was sent; None for what we didn't sign for this person."""
    try:
        return uuid.UUID(_signer(secret, person).unsign(text).decode())
    except (BadData, ValueError):  # ValueError: what can't be encoded
        return None


def id_from(form_id: uuid.UUID | None, person: uuid.UUID, what: str, typed: Any) -> uuid.UUID:
    """The id of what a form makes: the same for the same person, purpose and words. Without a form's id a new one.

    It keeps the form's time, and can't be chosen: the form's own random bits are in it.
    """
    if form_id is None:
        return new_id()
    told = json.dumps([form_id.hex, person.hex, what, typed], default=str, sort_keys=True)
    digest = int.from_bytes(hashlib.sha256(told.encode()).digest()[:16])
    return uuid.UUID(int=(form_id.int & ~_RANDOM) | (digest & _RANDOM))


def add_row(
    scope: Scope,
    table: Any,
    values: Mapping[str, Any],
    form_id: uuid.UUID | None,
    typed: Any,
    find_same: Callable[[dt.datetime], uuid.UUID | None],
    *,
    looked: bool = False,
) -> tuple[uuid.UUID, bool]:
    """Write a row that a form makes; returns its id, and False when it was there before.

    `typed` is all that tells one thing from another. `find_same(since)` looks for what the viewer made of exactly that
    since then. Waits for whoever writes the same one at this moment. Without a form's id it is always a new row.
    `looked`: the caller saw that it isn't there, so only who sends the same form at this moment is looked for.
    """
    statement = insert_into(scope.session, table).on_conflict_do_nothing(index_elements=["id"])
    statement = statement.execution_options(preserve_rowcount=True)
    since = scope.now - AGAIN
    if form_id is not None and not looked and (there := find_same(since)):
        return there, False
    id_ = id_from(form_id, scope.me.id, table.name, typed)
    if scope.rows(statement, {"id": id_, **values}).rowcount:
        return id_, True
    if there := find_same(since):
        return there, False
    id_ = new_id()
    scope.rows(statement, {"id": id_, **values})
    return id_, True


def _signer(secret: str, person: uuid.UUID) -> Signer:
    return Signer(secret, salt=b"once " + person.bytes)
