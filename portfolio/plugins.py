"""Discover, register and call plugins and sections. The only importer of pluggy's manager.

A plugin is one folder (or an entry point in the group `portfolio.plugins`); its folder name is its only name. Hooks
are called plugin by plugin, so it is known who answered and a broken one costs only its own part.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import sys
import types
import uuid
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from portfolio import hookspecs
from portfolio.contributions import About, NoticeKind, Starter
from portfolio.db import require_unbroken
from portfolio.gate import Gate
from portfolio.people.switching import note_failure
from portfolio.places import plugin_folders

if TYPE_CHECKING:
    from flask import Blueprint

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.people.joint import Together
    from portfolio.scope import Relations, Scope

NAMESPACE = "portfolio_plugins"
SECTIONS = ("goals", "evidence", "reflections")
GROUP = "portfolio.plugins"
CODE_LENGTH = 40
"""As db.Code keeps them."""
log = logging.getLogger("portfolio.plugins")


class PluginError(RuntimeError):
    """A plugin that cannot be registered; the message says which and why."""


@dataclass(frozen=True)
class Plugin:
    """One registered plugin or section."""

    name: str
    module: types.ModuleType
    folder: Path
    section: bool
    blueprint: Blueprint | None = None
    about: About | None = None
    settings: type[CohortSettings] | None = None


class Registry:
    """All plugins, and what they brought at start: pages, kinds and starters."""

    def __init__(self, *, raising: bool) -> None:
        self.raising = raising
        self.manager = pluggy.PluginManager("portfolio")
        for spec in hookspecs.SPECS:
            self.manager.add_hookspecs(spec)
        self.plugins: dict[str, Plugin] = {}
        self.kinds: dict[str, type[Kind]] = {}
        self.owner_of: dict[str, str] = {}
        """Kind name -> name of the plugin that brought it."""
        self.starters: dict[str, Starter] = {}
        self.notice_kinds: dict[str, NoticeKind] = {}
        """The kinds of news that plugins have, by code; the core's own are in notices/kinds.py."""
        self._answering: dict[str, list[tuple[str, Any]]] = {}
        """Hook -> the plugins that answer it, each with the hook as only it hears it. Found out at the first ask."""
        self.broken: dict[str, str] = {}
        """Plugins that could not be loaded, with the error."""

    @property
    def sections(self) -> frozenset[str]:
        """Names of the sections, which are always on."""
        return frozenset(plugin.name for plugin in self.plugins.values() if plugin.section)

    @property
    def folders(self) -> list[tuple[str, Path]]:
        """Name and folder of each plugin that is no section; for its migrations."""
        return [(plugin.name, plugin.folder) for plugin in self.plugins.values() if not plugin.section]

    @cached_property
    def in_circles(self) -> frozenset[str]:
        """Names of the plugins that have pages in circles; asked when all are there."""
        return frozenset(self.list_answering("circle_items"))

    def gate_of(self, relations: Relations) -> Gate:
        """What is on for who has these relations."""
        return Gate(
            always=self.sections,
            installed=frozenset(self.plugins),
            switched=relations.switched_on | (relations.on_by_circle & self.in_circles),
            wrote_in=relations.wrote_in,
            switched_at=relations.on_at,
            in_circles=self.in_circles,
        )

    def register(self, name: str, module: types.ModuleType, *, section: bool = False) -> None:
        """Register one module as plugin `name` and collect what it brings.

        Raises PluginError, or whatever the plugin itself raises; then nothing of it stays behind.
        """
        if not name.isidentifier() or name != name.lower():
            raise PluginError(f"{name!r} is no plugin name: lower-case letters, digits and _ only")
        if name in self.plugins:
            raise PluginError(f"two plugins are called {name!r}")
        clash = next((one for one in self.plugins if tables_collide(one, name)), "")
        if clash and not section:
            raise PluginError(f"the table prefixes of {name!r} and {clash!r} collide")
        try:
            self.manager.register(module, name)
            self.manager.check_pending()
            self._collect(Plugin(name, module, Path(str(module.__file__)).parent, section))
        except Exception as error:
            if self.manager.is_registered(module):
                self.manager.unregister(module, name)
            if isinstance(error, pluggy.PluginValidationError):
                raise PluginError(f"{name}: {error}") from error
            raise

    def _collect(self, plugin: Plugin) -> None:
        """Ask what it brings at start; only when all of it is fine does the plugin count."""
        name = plugin.name
        self._answering.clear()
        _refuse_unmarked(plugin)
        kinds = {kind.name: kind for kind in self._ask_at_start(name, "entry_kinds", "name")}
        found = self._ask_at_start(name, "starters", "code")
        starters = {starter.code: replace(starter, plugin=name) for starter in found}
        pages = self._only("blueprint", name)()
        if pages and pages[0].name != name:
            raise PluginError(f"the blueprint of {name} is called {pages[0].name!r}")
        for kind in kinds.keys() & self.kinds.keys():
            raise PluginError(f"{name} and {self.owner_of[kind]} both bring a kind {kind!r}")
        for code in starters.keys() & self.starters.keys():
            raise PluginError(f"{name} and {self.starters[code].plugin} both bring a starter {code!r}")
        notices = {one.code: replace(one, plugin=name) for one in self._ask_at_start(name, "notices", "code")}
        for code in notices:
            if not code.startswith(f"{name}.") or len(code) > CODE_LENGTH:
                raise PluginError(f"the kind of news {code!r} of {name} has to begin with “{name}.” and be short")
        words, settings = self._only("about", name)(), self._only("cohort_settings", name)()
        self.plugins[name] = replace(
            plugin,
            blueprint=pages[0] if pages else None,
            about=words[0] if words else None,
            settings=settings[0] if settings else None,
        )
        self.kinds |= kinds
        self.owner_of |= dict.fromkeys(kinds, name)
        self.starters |= starters
        self.notice_kinds |= notices

    def _ask_at_start(self, name: str, hook: str, key: str) -> list[Any]:
        """What one plugin answers. Raises PluginError when two answers have the same `key`."""
        found = [item for part in self._only(hook, name)() for item in part]
        names = [getattr(item, key) for item in found]
        for twice in (one for one in names if names.count(one) > 1):
            raise PluginError(f"{name} brings {twice!r} twice")
        return found

    def _only(self, hook: str, name: str) -> Any:
        """The hook as only this plugin hears it."""
        others = [plugin.module for plugin in self.plugins.values() if plugin.name != name]
        return self.manager.subset_hook_caller(hook, others)

    def blueprints(self) -> Iterator[tuple[Plugin, Blueprint]]:
        """Each plugin's pages, if it has any."""
        for plugin in self.plugins.values():
            if plugin.blueprint is not None:
                yield plugin, plugin.blueprint

    def kinds_of(self, plugin: str) -> list[type[Kind]]:
        """The kinds a plugin brought, in its order."""
        return [kind for name, kind in self.kinds.items() if self.owner_of[name] == plugin]

    def about(self, name: str) -> About:
        """A section or plugin in plain words: its own, or else its first kind in the plural, or its bare name."""
        plugin, kinds = self.plugins.get(name), self.kinds_of(name)
        if plugin is not None and plugin.about is not None:
            return plugin.about
        return About(kinds[0].label_plural if kinds else name)

    def settings_of(self, name: str) -> type[CohortSettings] | None:
        """What a school may set about a plugin; None for nothing, or when the plugin isn't there."""
        plugin = self.plugins.get(name)
        return plugin.settings if plugin is not None else None

    def list_switchable(self) -> list[str]:
        """The plugins a school can switch on: all but the sections."""
        return [plugin.name for plugin in self.plugins.values() if not plugin.section]

    def starters_for(self, scope: Scope, kind: str) -> list[Starter]:
        """The ways to begin an entry of `kind` that are on here."""
        return [
            starter for starter in self.starters.values() if starter.kind == kind and scope.gate.is_on(starter.plugin)
        ]

    def ask(
        self, hook: str, scope: Scope, *, at: uuid.UUID | None = None, **arguments: Any
    ) -> Iterator[tuple[str, Any]]:
        """Ask every plugin that is on in the viewer's own portfolio, or in the circle's or joint one that is `at`.

        A broken one is logged and skipped (raised in tests). In a read, what it did to the transaction is rolled back;
        in a write, each has a savepoint. Yields plugin name and answer, in order of registration.
        """
        for name, caller in self._callers(hook):
            if scope.gate.is_on(name) if at is None else scope.gate.is_on_at(at, name):
                for answer in self._contained(name, caller, scope, arguments):
                    yield name, answer

    def ask_about(self, hook: str, scope: Scope, places: Sequence[Together]) -> Iterator[tuple[str, Any]]:
        """Ask each plugin once about those of these joint portfolios in which it is on; otherwise as `ask`."""
        for name, caller in self._callers(hook):
            there = [one for one in places if one.portfolio_id and scope.gate.is_on_at(one.portfolio_id, name)]
            if there:
                for answer in self._contained(name, caller, scope, {"places": there}):
                    yield name, answer

    def _callers(self, hook: str) -> list[tuple[str, Any]]:
        if hook not in self._answering:
            callers = [(name, self._only(hook, name)) for name in self.plugins]
            self._answering[hook] = [(name, caller) for name, caller in callers if caller.get_hookimpls()]
        return self._answering[hook]

    def list_answering(self, hook: str) -> list[str]:
        """The plugins, on or off, that have something to answer to a hook."""
        return [name for name in self.plugins if self._only(hook, name).get_hookimpls()]

    def ask_each(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin, on or off, a hook about a person; returns plugin name and answer.

        Nothing is contained here: an erasure that one plugin could not do must not be called done.
        """
        return [
            (plugin.name, answer)
            for plugin in self.plugins.values()
            for answer in self._only(hook, plugin.name)(**arguments)
        ]

    def note_failure(self, scope: Scope, name: str, what: str, error: Exception) -> None:
        """Log that a plugin failed on a page, without any words of a person; in tests the error is raised.

        Who switched it on finds its name and the day among the cohort's switches.
        """
        if self.raising:
            raise error
        log.error("plugin %s failed in %s: %s", name, what, type(error).__name__)
        if not self.plugins[name].section:
            scope.after.append(partial(note_failure, plugin=name, day=scope.today))

    def _contained(self, name: str, caller: Any, scope: Scope, arguments: dict[str, Any]) -> list[Any]:
        writing = scope.writing
        try:
            with scope.session.begin_nested() if writing else nullcontext():
                # An answer may be a generator, which would fail only where it's used: outside of what is contained.
                answers = [tuple(answer) for answer in caller(scope=scope, **arguments)]
                require_unbroken(scope.session)
                return answers
        except Exception as error:
            self.note_failure(scope, name, caller.name, error)
            if not writing:
                scope.session.rollback()
            return []


def namespace() -> types.ModuleType:
    """The package under which every plugin is imported: its path is the plugin folders, then what pip installed."""
    module = sys.modules.get(NAMESPACE)
    if module is None:
        module = types.ModuleType(NAMESPACE, "Plugins found in the plugin folders.")
        sys.modules[NAMESPACE] = module
    installed = [Path(place, NAMESPACE) for place in sys.path if place]
    module.__path__ = [str(folder) for folder in (*plugin_folders(), *installed) if folder.is_dir()]
    return module


def found_plugins() -> list[str]:
    """Names of the plugin folders there are, in alphabetical order; one that is there twice is named twice."""
    namespace()
    names = [
        path.name
        for folder in plugin_folders()
        if folder.is_dir()
        for path in folder.iterdir()
        if (path / "__init__.py").is_file() and not path.name.startswith(("_", "."))
    ]
    return sorted(names)


def load_registry(*, raising: bool, extra: Sequence[tuple[str, types.ModuleType]] = ()) -> Registry:
    """Every section and plugin, registered. A plugin that fails at start is left out and noted (raised in tests)."""
    registry = Registry(raising=raising)
    for section in SECTIONS:
        registry.register(section, importlib.import_module(f"portfolio.sections.{section}"), section=True)
    names = found_plugins()
    for name in dict.fromkeys(names):
        _load(registry, name, lambda name=name: importlib.import_module(f"{NAMESPACE}.{name}"))
        for _ in range(names.count(name) - 1):
            _load(registry, name, lambda name=name: _one_too_many(name))
    for point in importlib.metadata.entry_points(group=GROUP):
        _load(registry, point.name, point.load)
    for name, module in extra:
        registry.register(name, module)
    return registry


def _load(registry: Registry, name: str, importer: Any) -> None:
    try:
        registry.register(name, importer())
    except Exception as error:
        if registry.raising:
            raise
        log.error("plugin %s could not be loaded: %s", name, error)
        registry.broken[name] = f"{type(error).__name__}: {error}"


def _one_too_many(name: str) -> types.ModuleType:
    folders = [str(folder / name) for folder in plugin_folders() if (folder / name / "__init__.py").is_file()]
    raise PluginError(f"two plugins are called {name!r}; only the first counts: {', '.join(folders)}")


def _refuse_unmarked(plugin: Plugin) -> None:
    """A function with a hook's name but without `@hookimpl` would never be asked. Raises PluginError."""
    for spec in hookspecs.SPECS:
        for hook in (name for name in vars(spec) if not name.startswith("_")):
            found = vars(plugin.module).get(hook)
            if isinstance(found, types.FunctionType) and not hasattr(found, "portfolio_impl"):
                raise PluginError(f"{plugin.name}.{hook} is named like a hook, but it isn't marked with @hookimpl")


def tables_collide(one: str, other: str) -> bool:
    """Whether the tables of one could be taken for the other's: `visie` and `visie_missie`."""
    return one.startswith(f"{other}_") or other.startswith(f"{one}_")
