"""A plugin's folder goes and comes back, and an operator ends it for good: nobody loses a word without an archive."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from portfolio.db import Database
from portfolio.entries.models import Entry
from portfolio.people.models import Switch
from portfolio.testing import make_participant
from tests.demo_loading import FOLDER, NAME

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """A database with somebody who has the demo plugin, and the folder where that lies or doesn't."""

    database: Database
    plugins: Path
    data: Path
    writer: str
    other: str

    def look(self, do: str = "", **environ: str) -> dict[str, Any]:
        """What a process of its own finds."""
        told = [self.database.url, str(self.data), NAME, self.writer, self.other, *([do] if do else [])]
        done = self.run("-W", "error", str(Path(__file__).parent / "looking.py"), *told, **environ)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def remove(self, *options: str) -> subprocess.CompletedProcess[str]:
        """What an operator does."""
        return self.run("-m", "portfolio.cli", "plugin", "remove", NAME, *options)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        own = {"PYTHONPATH": str(ROOT), "PORTFOLIO_PLUGIN_PATH": str(self.plugins), "PORTFOLIO_DATA": str(self.data),
               "PORTFOLIO_DATABASE_URL": self.database.url}  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTFOLIO_")}
        return subprocess.run(
            [sys.executable, *words], env=kept | own | environ, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "data").mkdir()
    with database.write() as session:
        writer = make_participant(session, NAME)
        other = make_participant(session, name="Yara Elders")
    return Place(database, tmp_path / "plugins", tmp_path / "data", str(writer.person.id), str(other.person.id))


def put(place: Place) -> None:
    shutil.copytree(FOLDER, place.plugins / NAME, ignore=shutil.ignore_patterns("__pycache__"))


def count(place: Place) -> dict[str, int]:
    """What the database holds of it."""
    with place.database.read() as session:
        return {
            "entries": session.scalars(select(func.count()).select_from(Entry)).one(),
            "switches": session.scalars(select(func.count()).select_from(Switch)).one(),
            "tables": len([one for one in inspect(session.connection()).get_table_names() if NAME in one]),
        }


def test_the_folder_goes_and_comes_back_and_the_plugin_ends_for_good(place, tmp_path):
    put(place)
    there = place.look("write")
    assert (there["kinds"], there["menu"], there["pages"]) == (["heron"], ["Reigers"], [200, 200])
    assert there["others"] == [404, 200], "shared"

    shutil.rmtree(place.plugins / NAME)
    away = place.look("erase")
    assert (away["kinds"], away["menu"], away["list"]) == ([], [], [200, 404]), "kept, and only for its author"
    assert away["pages"] == [200, 200] and "Een" in away["words"][0], "its author reads it, plain"
    assert away["on the overview"] == ["Een heron"] * 2 and away["taken along"] == 2
    assert away["others"] == [404, 404], "and nobody else"
    assert away["tables"] == there["tables"], "its tables wait"
    assert away["erased"] == [303, 303], "and its author erases it"

    put(place)
    back = place.look()
    for lists in ("pages", "words", "others", "on the overview"):
        there[lists] = there[lists][1:]
    assert back == there | {"taken along": 1}, "what was left is as it was"

    done = place.remove("--archive", str(tmp_path / "archive"), "--rows-too")
    assert done.returncode == 0, done.stderr
    [archive] = (tmp_path / "archive").iterdir()
    assert archive.stat().st_mode & 0o077 == 0, "nobody else reads it"
    with zipfile.ZipFile(archive) as opened:
        held = json.loads(opened.read("portfolio.json"))["portfolio"]["entries"]
    assert [entry["texts"][-1]["title"] for entry in held] == ["Een heron"]
    assert count(place) == {"entries": 0, "switches": 0, "tables": 0}


def test_tried_where_people_are_real_it_leaves_nothing(place):
    put(place)
    done = place.run("-m", "portfolio.cli", "plugin", "try", NAME)
    assert done.returncode == 1 and "This is no demo" in done.stderr
    assert count(place)["tables"] == 0
