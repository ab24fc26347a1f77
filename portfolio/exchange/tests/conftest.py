"""Two places: one to take along from, one to bring back to, on every pair of databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio.db import Database
from portfolio.exchange.tests.exchange_world import Place
from portfolio.files import FolderStore
from portfolio.i18n import speaking
from portfolio.plugins import Registry, load_registry
from portfolio.testing import DIALECTS
from portfolio.testing_postgres import server


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry(raising=True)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def here(database: Database, tmp_path: Path, registry: Registry) -> Place:
    return Place(database, FolderStore(tmp_path / "files"), registry)


@pytest.fixture(params=DIALECTS)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, registry: Registry) -> Iterator[Place]:
    store = FolderStore(tmp_path / "files elsewhere")
    if request.param == "sqlite":
        path = tmp_path / "elsewhere.sqlite"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
        yield Place(database, store, registry)
        database.close()
        return
    url = server().create_database(request.getfixturevalue("_postgresql_template"))
    database = Database(url)
    yield Place(database, store, registry)
    database.close()
    server().drop_database(url)
