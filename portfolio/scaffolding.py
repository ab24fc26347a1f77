"""Make the folder of a new plugin: a copy of `scaffold/`, under its own name, that keeps the whole contract at once."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from portfolio.messages import update
from portfolio.models import core_tables
from portfolio.places import PACKAGE, plugin_folders
from portfolio.plugins import SECTIONS, found_plugins, tables_collide

SCAFFOLD = PACKAGE / "scaffold" / "new_plugin"
LONGEST = 32


class ScaffoldError(ValueError):
    """No plugin can be made like this; the message says why, and what to do."""


def refuse_name(name: str, others: list[str]) -> None:
    """Raise ScaffoldError when no plugin can be called `name`, beside `others` and the core itself."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST or keyword.iskeyword(name):
        raise ScaffoldError(
            f"{name!r} is no name for a plugin: lower-case letters, digits and single _, at most {LONGEST} characters"
        )
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()} | {path.stem for path in PACKAGE.glob("*.py")}
    if name in SECTIONS or name in rooms:
        raise ScaffoldError(f"{name!r} is a name of the portfolio's own")
    core = [table for table in core_tables() if table == name or table.startswith(f"{name}_")]
    if core:
        raise ScaffoldError(f"{name!r} is taken: the portfolio's own table {core[0]} would look like its own")
    for other in others:
        if name == other:
            raise ScaffoldError(f"there is a plugin {name!r} already")
        if tables_collide(name, other):
            raise ScaffoldError(f"the tables of {name!r} could be taken for those of {other!r}")


def default_place() -> Path:
    """Where a new plugin goes: the first folder of PORTFOLIO_PLUGIN_PATH, else `plugins/` of the checkout.

    Raises ScaffoldError when there is neither.
    """
    bundled = PACKAGE / "_bundled"
    named = [folder for folder in plugin_folders() if folder not in (bundled / "plugins", PACKAGE.parent / "plugins")]
    if named:
        return named[0]
    if not bundled.is_dir() and (PACKAGE.parent / "setup.py").is_file():
        return PACKAGE.parent / "plugins"
    raise ScaffoldError("Say where: --into DIR, and put that folder in PORTFOLIO_PLUGIN_PATH.")


def make_plugin(name: str, into: Path) -> Path:
    """Make the folder `into`/`name`; returns it. Raises ScaffoldError, and makes nothing, when that can't be."""
    refuse_name(name, found_plugins())
    folder = into / name
    if folder.exists():
        raise ScaffoldError(f"{folder} is there already")
    title = name.replace("_", " ").capitalize()
    names = {"new_plugin": name, "NewPlugin": "".join(map(str.capitalize, name.split("_"))), "New plugin": title}
    for source in sorted(path for path in SCAFFOLD.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        target = folder / _renamed(source.relative_to(SCAFFOLD).as_posix(), names)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_renamed(source.read_text(encoding="utf-8"), names), encoding="utf-8")
    update(folder)
    return folder


def _renamed(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text
