"""pytest and the program must hold one copy of a plugin, or its tables and kinds would be registered twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEST = """
import sys

from portfolio_plugins.windroos import kinds


def test_there_is_one_copy():
    copies = {id(m) for m in sys.modules.values() if getattr(m, "__file__", None) == kinds.__file__}
    assert copies == {id(kinds)}
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere" / "windroos"
    (folder / "tests").mkdir(parents=True)
    (folder / "__init__.py").write_text("from . import kinds\nprint('IMPORTED AS', __name__)\n")
    (folder / "kinds.py").write_text("")
    (folder / "tests/test_one.py").write_text(TEST)
    (folder / "tests/test_two.py").write_text(TEST)
    (folder / "tests/conftest.py").write_text("from portfolio_plugins.windroos import kinds\n")
    return folder


def run_pytest(plugin: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-s", "-q", "--import-mode=importlib", f"--rootdir={folder}"]
    return subprocess.run(
        [*command, "-c", os.devnull, "-p", "portfolio.testing_collection", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=dict(
            os.environ,
            PORTFOLIO_PLUGIN_PATH=str(plugin.parent),
            PYTHONPATH=str(Path(__file__).parents[2]),
        ),
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("start", ["above", "plugins", "plugin", "tests"])
def test_a_plugin_is_imported_once_wherever_pytest_starts(plugin: Path, tmp_path: Path, start: str) -> None:
    folder = {"above": tmp_path, "plugins": plugin.parent, "plugin": plugin, "tests": plugin / "tests"}[start]
    done = run_pytest(plugin, folder)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if "IMPORTED" in line] == [
        "IMPORTED AS portfolio_plugins.windroos"
    ]


def test_tests_of_a_plugin_that_are_a_package_are_refused(plugin: Path, tmp_path: Path) -> None:
    (plugin / "tests/__init__.py").write_text("")
    done = run_pytest(plugin, tmp_path)
    assert done.returncode != 0
    assert "the tests of a plugin are no package" in done.stdout + done.stderr
