"""The house style and the types are part of the suite, so that they hold on every machine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("checker", [["ruff", "check", "--quiet"], ["mypy"]], ids=["ruff", "mypy"])
def test_the_checkers_find_nothing(checker: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *checker], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
