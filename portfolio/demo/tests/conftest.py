"""The demo world, loaded once on each database for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portfolio import migrate
from portfolio.db import Database
from portfolio.demo.loading import fill_demo
from portfolio.files import FolderStore
from portfolio.plugins import Registry, load_registry
from portfolio.settings import Settings
from portfolio.testing import DIALECTS
from portfolio.testing_postgres import server


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry(raising=True)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    return FolderStore(tmp_path_factory.mktemp("demo_files"))


@pytest.fixture(scope="session", params=DIALECTS)
def demo(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    registry: Registry,
    demo_store: FolderStore,
) -> Iterator[Database]:
    """A database with the demo world of today. Only look: every test gets the same one."""
    folder: Path = tmp_path_factory.mktemp("demo")
    sqlite = request.param == "sqlite"
    database = Database(f"sqlite:///{folder / 'demo.sqlite'}" if sqlite else server().create_database())
    migrate.upgrade(database, migrate.lines(registry.folders))
    settings = Settings(data=folder, database_url=database.url, secret_key="0" * 40, testing=True)
    fill_demo(database, settings, demo_store, registry)
    yield database
    database.close()
    if not sqlite:
        server().drop_database(database.url)


@pytest.fixture
def seen(demo: Database) -> Iterator[Session]:
    """A session that looks at the demo world of today."""
    with demo.read() as session:
        yield session
