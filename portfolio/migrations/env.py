"""Shared by every line of migrations: runs on the connection and transaction `portfolio.migrate` opened."""

from __future__ import annotations

from typing import Any

from alembic import context

from portfolio.db import Base

attributes = context.config.attributes
line = attributes["line"]
plugins = [name for name in attributes["plugins"] if name != "core"]


def mine(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Only the tables of this line."""
    return line.owns(str(name), plugins) if kind == "table" else True


context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    version_table=line.version_table,
    include_object=mine,
    render_as_batch=True,
    transactional_ddl=False,  # the caller owns the transaction
)
context.run_migrations()
