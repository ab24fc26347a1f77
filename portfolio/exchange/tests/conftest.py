"""Two places: one to take along from, one to bring back to, on every pair of databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio.db import Database
from portfolio.exchange.tests.exchange_world import Place
from portfolio.files import FolderStore
from portfolio.i18n import speaking
from portfolio.plugins import Registry, load_registry
from portfolio.testing import DIALECTS
from portfolio.testing_databases import Copies


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
    copies: Copies = request.getfixturevalue(f"_{request.param}_copies").beside
    yield Place(copies.make(), FolderStore(tmp_path / "files elsewhere"), registry)
    copies.drop()
