"""Themes: folders with a parent. A school picks one; the reader's school counts.

`{% extends "layout.html" %}` is what the reader gets; `{% extends "base:layout.html" %}` is exactly that theme's.
The base has no pages of sections and plugins: of those, `base:<name>/page.html` is the one in their own folder.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, TemplateNotFound

from portfolio.i18n import LANGUAGES, language
from portfolio.places import theme_folders

BASE = "base"


class ThemeError(RuntimeError):
    """A theme that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Theme:
    """One theme: its name, what a school sees it called, its folder and its parent's name."""

    name: str
    titles: Mapping[str, str]
    """By language; one without any language is that of the rest."""
    folder: Path
    extends: str | None

    @property
    def title(self) -> str:
        """What it is called in the reader's language."""
        return self.titles.get(language()) or next(iter(self.titles.values()))


class Exactly(BaseLoader):
    """Finds "theme:path" in that theme alone; what the base hasn't, in the rooms themselves."""

    def __init__(self, themes: dict[str, Theme], rooms: Iterable[Path]) -> None:
        self.themes = themes
        self.rooms = list(rooms)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        name, colon, path = template.partition(":")
        if not colon or name not in self.themes:
            raise TemplateNotFound(template)
        rooms = self.rooms if name == BASE else []
        return FileSystemLoader([self.themes[name].folder / "templates", *rooms]).get_source(environment, path)


class Themes:
    """Every theme there is, with its chain of parents, its templates and its static files."""

    def __init__(self, room_folders: Iterable[Path], static_folders: Mapping[str, Path] | None = None) -> None:
        """`static_folders`: those of plugins, by name."""
        self.rooms = [folder for folder in room_folders if folder.is_dir()]
        self.static_folders = static_folders or {}
        self.themes = _found()
        if BASE not in self.themes:
            raise ThemeError(f"there is no theme {BASE!r}")
        for name in self.themes:
            self.chain(name)
        self._environments: dict[str, Environment] = {}
        self._hashes: dict[tuple[str, str], str] = {}

    def chain(self, name: str) -> list[Theme]:
        """A theme and its parents, nearest first; an unknown one is the base. Raises ThemeError on a loop."""
        found: list[Theme] = []
        step: str | None = name if name in self.themes else BASE
        while step is not None:
            if step not in self.themes or any(theme.name == step for theme in found):
                raise ThemeError(f"theme {name!r}: its parent {step!r} is missing or a loop")
            found.append(self.themes[step])
            step = self.themes[step].extends
        return found

    def environment(self, name: str, parent: Environment) -> Environment:
        """Jinja's environment for readers of a theme: the theme's templates before the rooms' own."""
        name = name if name in self.themes else BASE
        if name not in self._environments:
            folders = [theme.folder / "templates" for theme in self.chain(name)]
            loader = ChoiceLoader([Exactly(self.themes, self.rooms), FileSystemLoader([*folders, *self.rooms])])
            self._environments[name] = parent.overlay(loader=loader)
        return self._environments[name]

    def static_file(self, name: str, path: str) -> Path | None:
        """A static file of a theme or its nearest parent that has it; `plugin/file` may also be that plugin's own."""
        if "\0" in path:  # no name of a file: looking for it raises ValueError
            return None
        places = [(theme.folder / "static", path) for theme in self.chain(name)]
        plugin, _slash, own = path.partition("/")
        if own and plugin in self.static_folders:
            places.append((self.static_folders[plugin], own))
        for folder, inside in places:
            root = folder.resolve()
            with suppress(OSError):  # too long for a name of a file
                found = (root / inside).resolve()
                if found.is_relative_to(root) and found.is_file():
                    return found
        return None

    def static_hash(self, name: str, path: str) -> str:
        """A short hash of a static file's content, for its address. Raises ThemeError when there is no such file."""
        key = (name, path)
        if key not in self._hashes:
            found = self.static_file(name, path)
            if found is None:
                raise ThemeError(f"theme {name!r} has no static file {path!r}")
            self._hashes[key] = hashlib.sha256(found.read_bytes()).hexdigest()[:12]
        return self._hashes[key]


def _found() -> dict[str, Theme]:
    themes: dict[str, Theme] = {}
    for folder in theme_folders():
        for path in sorted(folder.glob("*/theme.toml")):
            facts = tomllib.loads(path.read_text(encoding="utf-8"))
            name = path.parent.name
            if name in themes:
                raise ThemeError(f"two themes are called {name!r}")
            extends = facts.get("extends", None if name == BASE else BASE)
            themes[name] = Theme(name, _titles(name, facts.get("title", name)), path.parent, extends)
    return themes


def _titles(name: str, title: Any) -> dict[str, str]:
    found = title if isinstance(title, dict) else {"": title}
    wrong = [one for one in found.values() if not isinstance(one, str)] or found.keys() - {"", *LANGUAGES}
    if wrong or not found:
        raise ThemeError(f"theme {name!r}: its title is a text, or one for each of {', '.join(LANGUAGES)}")
    return found
