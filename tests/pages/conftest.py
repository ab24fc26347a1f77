"""The world, built once on each database, and the application on a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio import migrate
from portfolio.db import Database
from portfolio.settings import Settings
from portfolio.testing import DIALECTS
from portfolio.testing_postgres import server
from tests.pages.house import House
from tests.pages.world import World, build

Built = tuple[World, Settings]
CROWD = 20


def make_built(dialect: str, folder: Path, *, crowd: int = 1, demo: bool = False) -> Built:
    """A filled database nobody is connected to, and the settings of an application on it."""
    url = f"sqlite:///{folder / 'world.sqlite'}" if dialect == "sqlite" else server().create_database()
    database = Database(url)
    migrate.upgrade(database, migrate.lines())
    settings = Settings(data=folder, database_url=url, secret_key="0" * 40, testing=True)
    world = build(database, settings, crowd=crowd, demo=demo)
    if dialect == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return world, settings


@pytest.fixture(scope="session", params=DIALECTS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The world with few rows, on each database."""
    return make_built(request.param, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def module_house(built: Built) -> Iterator[House]:
    """One application for a whole module; ask for `house`, which puts it back first."""
    found = House(*built)
    yield found
    found.close()


@pytest.fixture
def house(module_house: House) -> House:
    """The application on the world as it was built."""
    module_house.reset()
    return module_house
