"""A workplace outside the checkout, with the commands an author has after `pip install`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def author_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `portfolio` and `pytest` are commands, as they are once the portfolio is installed."""
    programs = tmp_path_factory.mktemp("programs")
    for name, module in (("portfolio", "portfolio.cli"), ("pytest", "pytest")):
        path = programs / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        path.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTFOLIO_", "PYTEST_"))}
    return kept | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTEST_PLUGINS": "portfolio.testing_collection,portfolio.testing",  # entry points, once installed
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }


@pytest.fixture
def forgotten_plugins() -> Iterator[None]:
    """Plugins that a test imports from a folder of its own are forgotten afterwards; those of the checkout stay.

    One of those, half forgotten, would be imported again beside what its package still holds.
    """
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if name.startswith("portfolio_plugins.") and not Path(file).is_relative_to(ROOT / "plugins"):
            del sys.modules[name]
