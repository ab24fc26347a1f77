"""Inserts that meet what is there already. Both databases have them; SQLAlchemy has a function for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, table: Any) -> Any:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`, for the database of this session."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def add_new(session: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Insert these rows, less those that are there already; whether any of them is new."""
    statement = insert_into(session, table).values(list(rows)).on_conflict_do_nothing()
    done: Any = session.execute(statement.execution_options(preserve_rowcount=True))
    return bool(done.rowcount)
