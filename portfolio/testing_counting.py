"""Count the statements of one request: without savepoints, and without those of db.aside(), which outlive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portfolio.db import Database

APART = ("SAVEPOINT", "RELEASE", "ROLLBACK TO", "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that are run inside, in order."""
    found: list[str] = []
    beside = 0

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not beside and not statement.lstrip().upper().startswith(APART):
            found.append(" ".join(statement.split()))

    real = database.aside

    @contextmanager
    def aside() -> Iterator[Any]:
        nonlocal beside
        beside += 1
        try:
            with real() as session:
                yield session
        finally:
            beside -= 1

    event.listen(database.engine, "before_cursor_execute", note)
    database.aside = aside  # type: ignore[method-assign]
    try:
        yield found
    finally:
        database.aside = real  # type: ignore[method-assign]
        event.remove(database.engine, "before_cursor_execute", note)
