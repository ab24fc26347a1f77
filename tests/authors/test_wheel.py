"""A plugin that pip installed equals a folder: pages, menu, words, templates, tables, switches, a theme's own page.

The wheel is built as the plugin guide says, with its `pyproject.toml`, from the plugin of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import dev
from portfolio import migrate
from portfolio.db import Database
from portfolio.testing import make_participant
from tests.authors.guide import find_file
from tests.demo_loading import FOLDER, NAME

ROOT = Path(__file__).parents[2]
UV = [sys.executable, "-m", "uv", "pip"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plugin folder with the one plugin."""
    found = tmp_path_factory.mktemp("plugins")
    shutil.copytree(FOLDER, found / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages into which pip installed the plugin's wheel, and nothing else."""
    work = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(FOLDER, work / "source", ignore=shutil.ignore_patterns("__pycache__"))
    facts = find_file("pyproject.toml").text.replace("moment", NAME)
    (source / "pyproject.toml").write_text(facts, encoding="utf-8")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work), str(source))
    [wheel] = work.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    wanted = {f"portfolio_plugins/{NAME}/{name}" for name in there if "__pycache__" not in name}
    assert inside - {f"portfolio_plugins/{NAME}/pyproject.toml"} == wanted
    call(*UV, "install", "--no-deps", "--target", str(work / "packages"), str(wheel))
    return work / "packages"


def call(*command: str) -> None:
    done = subprocess.run(command, env=dev.index_settings(), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def theme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A theme that restyles a page of the plugin."""
    found = tmp_path_factory.mktemp("themes")
    page = found / "nest" / "templates" / NAME / "feathers.html"
    page.parent.mkdir(parents=True)
    page.write_text('{% extends "layout.html" %}{% block main %}<p>Een nest van veren</p>{% endblock %}')
    (found / "nest" / "theme.toml").write_text('title = "Nest"\n')
    return found


def look(work: Path, theme: Path, **paths: str) -> dict[str, Any]:
    """What a process finds in a new database, with the plugin in one of two ways."""
    database = Database(f"sqlite:///{work / 'portfolio.sqlite'}")
    migrate.upgrade(database, migrate.lines())
    with database.write() as session:
        writer = make_participant(session, NAME)
        writer.school.theme = "nest"
        session.flush()
        other = make_participant(session, name="Yara Elders")
    told = [database.url, str(work), NAME, str(writer.person.id), str(other.person.id), "write"]
    database.close()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTFOLIO_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__).parent / "looking.py"), *told],
        env=kept | {"PYTHONPATH": str(ROOT), "PORTFOLIO_THEME_PATH": str(theme)} | paths,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_wheel_equals_a_folder(folder, installed, theme, tmp_path):
    for name in ("folder", "wheel"):
        (tmp_path / name).mkdir()
    as_folder = look(tmp_path / "folder", theme, PORTFOLIO_PLUGIN_PATH=str(folder))
    as_wheel = look(tmp_path / "wheel", theme, PYTHONPATH=f"{ROOT}{os.pathsep}{installed}")
    assert as_wheel == as_folder
    assert (as_folder["kinds"], as_folder["menu"], as_folder["tables"]) == (
        ["heron"], ["Reigers"], [f"alembic_{NAME}", f"{NAME}_feather"],
    )  # fmt: skip
    pages = {rule.rpartition("/")[2]: found for rule, found in as_folder["own pages"].items()}
    assert pages["feathers"] == [200, ["Een", "nest", "van", "veren"]], "the theme's own page"
    assert set(as_folder["off"]) == {404} and as_folder["list"] == [200, 404], "where it is off, it isn't there"
    assert "Waar" in as_folder["words"][0], "its Dutch"
