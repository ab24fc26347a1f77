"""The lines that are migrated, steps that a test plants in them, and what stands in every table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, select

from portfolio.db import Database
from portfolio.migrate import CORE, HERE, Line
from portfolio.plugins import found_plugins
from tests.demo_loading import FOLDER, NAME

HEAD = Line(CORE, HERE / "versions")
DEMO = Line(NAME, FOLDER / "migrations")
LINES = [CORE, NAME, *found_plugins()]
REBUILD = """
    with op.batch_alter_table("entry", recreate="auto") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=True))
        batch.alter_column("state", type_=sa.String(60), existing_type=sa.String(40), existing_nullable=False)
"""


def add_step(line: Line, up: str, *, head: str = "", down: str = "    pass") -> None:
    """A planted step at the end of a line."""
    number = len(list(line.versions.glob("[0-9]*.py")))
    (line.versions / f"{number + 1:04}_planted.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "{line.name}_{number + 1:04}"\ndown_revision = "{line.name}_{number:04}"\n{head}\n'
        f"def upgrade():\n{up}\n\ndef downgrade():\n{down}\n"
    )


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table; columns that a test adds are left out."""
    found = MetaData()
    with database.engine.connect() as connection:
        found.reflect(connection)
        return {
            name: sorted(
                str(row) for row in connection.execute(select(*(one for one in table.c if one.name != "mood")))
            )
            for name, table in found.tables.items()
            if not name.startswith("alembic_")
        }
