"""Rows gathered for many tables, written together in an order that foreign keys allow."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portfolio.db import Base, new_id

Row = dict[str, Any]


class Tables:
    """The rows of one loading. Rows of one table must name the same columns."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}

    def add(self, table: type[Base], **values: Any) -> uuid.UUID:
        """Add a row with an id of its own; returns that id."""
        made = new_id()
        self.add_row(table, {"id": made, **values})
        return made

    def add_row(self, table: type[Base], values: Row) -> Row:
        """Add a row as it is; it may still be changed before `write`."""
        self.rows.setdefault(table.__tablename__, []).append(values)
        return values

    def write(self, session: Session) -> None:
        """Insert everything, one statement for each table."""
        for table in Base.metadata.sorted_tables:
            if rows := self.rows.get(table.name):
                session.execute(insert(table), rows)
