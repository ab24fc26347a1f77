"""How long it takes to take along and bring back many entries.

    python benchmarks/archives.py [entries]
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portfolio import migrate
from portfolio.db import Database
from portfolio.entries import writing
from portfolio.entries.kinds import Draft
from portfolio.exchange.tests.exchange_world import Place
from portfolio.files import FolderStore
from portfolio.plugins import load_registry
from portfolio.scope import Scope

PARAGRAPH = "Ik hield mijn mond en telde tot tien. Toen zei een collega **precies** wat ik had willen zeggen. " * 4
KINDS = (("goals", "goal", "why"), ("evidence", "evidence", "story"), ("reflections", "reflection", "text"))


def measure(entries: int = 500) -> dict[str, float]:
    """Seconds to write an archive of so many entries with two texts each, to read it, and to bring it back."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = (_place(Path(folder, name)) for name in ("here", "there"))
        fenna, yara = here.person(), there.person()
        here.write(fenna, lambda scope: _write(scope, here, entries))
        times = {}
        start = time.perf_counter()
        data = here.take_along(fenna)
        times["take along"] = time.perf_counter() - start
        start = time.perf_counter()
        there.read(data)
        times["read and check"] = time.perf_counter() - start
        start = time.perf_counter()
        there.bring_back(yara, data)
        times["bring back, reading included"] = time.perf_counter() - start
        for place in (here, there):
            place.database.close()
        return times


def _place(folder: Path) -> Place:
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'portfolio.sqlite'}")
    migrate.upgrade(database, migrate.lines())
    return Place(database, FolderStore(folder / "files"), load_registry(raising=True))


def _write(scope: Scope, place: Place, entries: int) -> None:
    for number in range(entries):
        plugin, name, field = KINDS[number % 3]
        kind = place.registry.kinds[name]
        day = dt.date(2019 + number % 6, 3, 1 + number % 28)
        content = kind.empty() | {field: f"{number}\n\n" + f"{PARAGRAPH}\n\n" * 4}
        entry = writing.create_entry(scope, plugin, kind, Draft(f"Stuk {number}", day, None, None, content, 0))
        later = content | {field: content[field] + "Later."}
        writing.edit_entry(scope, entry, kind, Draft(f"Stuk {number}", day, None, None, later, 1))


if __name__ == "__main__":
    for what, seconds in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 500).items():
        print(f"{seconds:7.2f} s  {what}")
