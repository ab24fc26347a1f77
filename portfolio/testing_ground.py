"""What the tests of the plugin contract stand on: the plugin, an application with it and one without, and somebody."""

from __future__ import annotations

import importlib.metadata
import json
import types
import uuid
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pytest

from portfolio import migrate, plugins
from portfolio.access import MEMBER
from portfolio.app import App, create_app
from portfolio.db import Base, Database
from portfolio.entries.kinds import Kind
from portfolio.exchange.archive import JSON_NAME
from portfolio.hookspecs import InPlace
from portfolio.migrate import Line
from portfolio.plugins import NAMESPACE, Registry, load_registry
from portfolio.settings import Settings
from portfolio.testing import Participant, make_participant, post, sign_in
from portfolio.testing_source import any_value
from portfolio.testing_typing import example_form


class PluginGround:
    """A plugin to be tested, by name, and what can be asked about it."""

    plugin: ClassVar[str]

    # What an author may override

    def typed(self, kind: type[Kind], starter: Any = None) -> dict[str, Any]:
        """What somebody types in the form of a new entry. Override it where a rule of yours wants other words."""
        return example_form(kind, starter)

    # What the tests stand on

    @property
    def module(self) -> types.ModuleType:
        """The plugin, under the one name it is imported by."""
        plugins.namespace()
        given = dict(self.extra())
        return given[self.plugin] if self.plugin in given else importlib.import_module(f"{NAMESPACE}.{self.plugin}")

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(str(self.module.__file__)).parent

    @property
    def line(self) -> Line | None:
        """Its migrations, if it has any."""
        found = self.folder / "migrations"
        return Line(self.plugin, found) if found.is_dir() else None

    @property
    def tables(self) -> dict[str, Any]:
        """Its own tables, by name, as its models say."""
        name = self.module.__name__
        return {
            str(mapper.local_table): mapper.local_table
            for mapper in Base.registry.mappers
            if mapper.class_.__module__ == name or mapper.class_.__module__.startswith(f"{name}.")
        }

    def extra(self) -> list[tuple[str, types.ModuleType]]:
        """Plugins to load beside those that are found; only for one that lies in no plugin folder."""
        return []

    @pytest.fixture
    def registry(self) -> Registry:
        """Every plugin, loaded as at start."""
        return load_registry(raising=True, extra=self.extra())

    @pytest.fixture
    def app(self, database: Database, settings: Settings) -> App:
        """The application with the plugin and its tables."""
        found = create_app(settings, database=database, plugins=self.extra())
        migrate.upgrade(database, migrate.lines(found.registry.folders))
        return found

    @pytest.fixture
    def teacher(self, app: App) -> Participant:
        """Somebody for whom the plugin is on."""
        with app.database.write() as session:
            return make_participant(session, self.plugin)

    @pytest.fixture
    def browser(self, app: App, teacher: Participant) -> Any:
        """The teacher's browser."""
        return sign_in(app.test_client(), teacher.person)

    def home(self, teacher: Participant) -> str:
        """Where the plugin's pages lie for somebody."""
        return f"/p/{teacher.portfolio}/{self.plugin}"

    def write_all(self, app: App, browser: Any, teacher: Participant) -> dict[str, str]:
        """One entry of each kind, by its form; returns the address of each by the kind's name."""
        found = {}
        for kind in app.registry.kinds_of(self.plugin):
            answer = post(browser, f"{self.home(teacher)}/new/{kind.name}", self.typed(kind))
            assert answer.status_code == 303, f"the form of {kind.name} refused what contract typed: {answer.text}"
            found[kind.name] = answer.location
        return found

    def sources(self) -> list[Path]:
        """Its Python files, without tests and migrations."""
        return [
            path
            for path in sorted(self.folder.rglob("*.py"))
            if not {"tests", "migrations", "build"} & set(path.relative_to(self.folder).parts)
        ]

    def starters(self, registry: Registry) -> list[Any]:
        """The ways to begin that it brings."""
        return [starter for starter in registry.starters.values() if starter.plugin == self.plugin]

    def personal_data(self, registry: Registry) -> list[Any]:
        """What it says it keeps."""
        return [fact for name, found in registry.ask_each("personal_data") if name == self.plugin for fact in found]

    def own_pages(self, app: App, teacher: Participant) -> list[str]:
        """Its own pages that need nothing but the teacher's own portfolio."""
        with app.test_request_context():
            return [
                app.url_for(rule.endpoint, portfolio=teacher.portfolio)
                for rule in app.url_map.iter_rules()
                if rule.endpoint.split(".")[0] == self.plugin and rule.arguments == {"portfolio"}
                if "GET" in (rule.methods or ())
                if getattr(app.view_functions[rule.endpoint], "needs", "") != MEMBER
            ]

    def every_address(self, app: App, portfolio: uuid.UUID) -> list[str]:
        """Every address of the plugin in a portfolio: its own routes, and those made for its kinds."""
        kinds = [kind.name for kind in app.registry.kinds_of(self.plugin)] or ["none"]
        values = {"portfolio": portfolio, "section": self.plugin, "kind": kinds[0], "entry": uuid.uuid4()}
        found = []
        with app.test_request_context():
            for rule in app.url_map.iter_rules():
                own = rule.endpoint.split(".")[0] == self.plugin
                if own or ("section" in rule.arguments and rule.arguments <= set(values)):
                    asked = {name: values.get(name, any_value(rule, name)) for name in rule.arguments}
                    found.append(app.url_for(rule.endpoint, **asked))
        return found

    def without(self, app: App, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> App:
        """The application on the same database, with this plugin's folder or package away."""
        others = [name for name in plugins.found_plugins() if name != self.plugin]
        points = [one for one in importlib.metadata.entry_points(group=plugins.GROUP) if one.name != self.plugin]
        with monkeypatch.context() as patched:
            patched.setattr(plugins, "found_plugins", lambda: others)
            patched.setattr(importlib.metadata, "entry_points", lambda group: points)
            found = create_app(settings, database=app.database)
        assert self.plugin not in found.registry.plugins
        return found

    def taken_along(self, browser: Any) -> int:
        """How many entries of this plugin are in what somebody takes along."""
        with post(browser, "/account/take-along") as answer:
            assert answer.status_code == 200, "taking along"
            with zipfile.ZipFile(BytesIO(answer.get_data())) as archive:
                held = json.loads(archive.read(JSON_NAME))
        kinds = {name for name, known in held["kinds"].items() if known["plugin"] == self.plugin}
        return sum(entry["kind"] in kinds for entry in held["portfolio"]["entries"])

    def asked_of_it(self, app: App) -> list[str]:
        """The hooks about a place that the plugin is asked, from here on."""
        found: list[str] = []
        places = {name for name in vars(InPlace) if not name.startswith("_")}

        def before(hook: str, impls: Any, arguments: Any) -> None:
            if hook in places and any(one.plugin_name == self.plugin for one in impls):
                found.append(hook)

        app.registry.manager.add_hookcall_monitoring(before, lambda *_: None)
        return found

    def handed_over(self, app: App) -> list[Any]:
        """What the plugin hands over for menu and overview, from here on."""
        found: list[Any] = []

        def after(outcome: Any, hook: str, impls: Any, arguments: Any) -> None:
            if hook in ("nav_items", "cards") and any(one.plugin_name == self.plugin for one in impls):
                found.extend(item for answer in outcome.get_result() for item in answer)

        app.registry.manager.add_hookcall_monitoring(lambda *_: None, after)
        return found
