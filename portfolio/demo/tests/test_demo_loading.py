"""Loading the demo world: on any day, once, and all of it or nothing."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, func, select

from portfolio.clock import ZONE
from portfolio.db import Database, Instant
from portfolio.demo.loading import DemoError, fill_demo, has_people
from portfolio.entries.models import Entry, LooseFile, Share
from portfolio.files import FolderStore
from portfolio.people.models import Installation
from portfolio.plugins import Registry
from portfolio.settings import Settings
from portfolio.testing import count_rows, make_person, tables_of

TODAYS = (dt.date(2026, 8, 1), dt.date(2026, 8, 2), dt.date(2026, 11, 15), dt.date(2027, 7, 31))


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return count_rows(session)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def latest(database: Database) -> dict[str, Any]:
    """The latest value of each column that says when something happened; what ends or follows may lie ahead."""
    found = {}
    with database.read() as session:
        for table in tables_of(session):
            for column in table.columns:
                if isinstance(column.type, Date | Instant) and column.name != "until" and table.name != "agreement":
                    value = session.execute(select(func.max(column))).scalar_one()
                    if value is not None:
                        found[f"{table.name}.{column.name}"] = value
    return found


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_nothing_that_happened_lies_ahead_whatever_the_day(
    database: Database, settings: Settings, registry: Registry, tmp_path: Path, today: dt.date
) -> None:
    begun = time.perf_counter()
    fill_demo(database, settings, FolderStore(tmp_path / "files"), registry, today=today)
    assert time.perf_counter() - begun < 10, "the target is 3 s; this only catches a load that has become slow"
    midnight = dt.datetime.combine(today, dt.time(), ZONE)
    found = latest(database)
    assert len(found) > 25
    for column, value in found.items():
        assert value < (midnight if isinstance(value, dt.datetime) else today), column
    with database.read() as session:
        assert session.scalars(select(Entry.id).where(Entry.happened_on >= today - dt.timedelta(days=500))).first()
        assert not session.scalars(select(Share.id).where(Share.until <= Share.since)).all()


def test_the_demo_goes_into_an_empty_database_once(
    database: Database, settings: Settings, registry: Registry, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "files")
    assert not has_people(database)
    fill_demo(database, settings, store, registry)
    assert has_people(database)
    before, kept = rows(database), files(tmp_path / "files")
    with pytest.raises(DemoError, match="There are people in this database already"):
        fill_demo(database, settings, store, registry)
    assert rows(database) == before
    assert files(tmp_path / "files") == kept
    with database.read() as session:
        assert session.get(Installation, "demo") is not None
        assert session.scalars(select(LooseFile.key)).all() == []


def test_a_database_with_somebody_in_it_stays_as_it_is(
    database: Database, settings: Settings, registry: Registry, tmp_path: Path
) -> None:
    with database.write() as session:
        make_person(session, name="Iemand Anders")
    before = rows(database)
    with pytest.raises(DemoError):
        fill_demo(database, settings, FolderStore(tmp_path / "files"), registry)
    assert rows(database) == before
    assert files(tmp_path / "files") == []


def test_a_picture_that_may_not_be_kept_stops_the_whole_load(
    database: Database, settings: Settings, registry: Registry, tmp_path: Path
) -> None:
    with pytest.raises(DemoError, match=r"schets-met-wolk\.jpg"):
        fill_demo(database, replace(settings, upload_bytes=10), FolderStore(tmp_path / "files"), registry)
    assert not has_people(database)
    assert sum(rows(database).values()) == 0
