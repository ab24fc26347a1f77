"""The contract that every plugin keeps, as tests: subclass `PluginContract`, say which plugin, and pytest runs it.

    class TestContract(PluginContract):
        plugin = "mijn_module"

What a test needs that can't be guessed (an example of a kind with unusual rules) is a method to override.
"""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, inspect, select, update

from portfolio import migrate
from portfolio.app import App
from portfolio.clock import today
from portfolio.db import Base, Database
from portfolio.i18n import LANGUAGES
from portfolio.messages import left_over, messages_pattern, missing, unmarked
from portfolio.migrate import CORE, HERE, Line
from portfolio.models import core_tables
from portfolio.people.models import Person, School, Switch
from portfolio.plugins import NAMESPACE, Registry
from portfolio.removal import holdings, remove_plugin
from portfolio.scaffolding import refuse_name
from portfolio.settings import Settings
from portfolio.testing import (
    Participant,
    make_circle,
    make_coaching,
    make_participant,
    make_person,
    portfolio_of,
    post,
    sign_in,
)
from portfolio.testing_counting import statements
from portfolio.testing_ground import PluginGround
from portfolio.testing_source import imported, plain_words, reaches, send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
PAGE, WRITE = 8, 12
"""The most statements of a page and of a write, whatever the number of rows."""
CANARY = "Kanarie in de mijn"


class PluginContract(PluginGround):
    """Tests that hold for every plugin, on both databases where there is one."""

    # What it is

    def test_it_says_in_words_what_it_is(self, registry: Registry) -> None:
        readme = self.folder / "README.md"
        assert readme.is_file(), "a README.md says to the people of a school what it is"
        lines = [line for line in readme.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert lines[0].startswith("# ") and len(" ".join(lines[1:])) > 60, "a heading and a few sentences"
        about = registry.plugins[self.plugin].about
        assert about is not None, "it answers `about`, for the school that decides to switch it on"
        assert str(about.title).strip() and str(about.purpose).strip() and str(about.readers).strip()
        for path in self.sources():
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} doesn't say why it exists"

    def test_it_has_one_name(self, registry: Registry) -> None:
        others = [name for name in registry.plugins if name != self.plugin and name not in registry.sections]
        refuse_name(self.plugin, others)
        wrong = [name for name in self.tables if name != self.plugin and not name.startswith(f"{self.plugin}_")]
        assert wrong == [], f"tables begin with {self.plugin}_"
        templates = self.folder / "templates"
        places = [path.relative_to(templates) for path in templates.rglob("*") if path.is_file()]
        assert [str(path) for path in places if path.parts[0] != self.plugin] == [], (
            f"templates lie in templates/{self.plugin}/: elsewhere they would replace somebody else's"
        )

    def test_it_imports_no_other_plugin_and_nothing_made_for_tests(self) -> None:
        for path in self.sources():
            for found in imported(path):
                root, _, rest = found.partition(".")
                assert root != NAMESPACE or rest.split(".")[0] == self.plugin, f"{path} imports {found}"
                assert root != "pluggy" and not found.startswith("portfolio.testing"), f"{path} imports {found}"

    def test_it_declares_what_it_keeps_of_people(self, registry: Registry) -> None:
        if not self.tables and not registry.kinds_of(self.plugin):
            return
        facts = self.personal_data(registry)
        assert facts, "it keeps what people write, so it answers personal_data"
        for fact in facts:
            assert all(str(words).strip() for words in (fact.what, fact.purpose, fact.readers, fact.kept))

    # Words

    def test_every_string_has_its_dutch_and_none_is_left_over(self) -> None:
        assert [message.id for message in missing(self.folder)] == []
        assert left_over(self.folder) == []

    def test_every_string_is_marked_for_translation(self, registry: Registry) -> None:
        plain = [
            words
            for found in (
                registry.kinds_of(self.plugin), self.starters(registry), self.personal_data(registry),
                [registry.about(self.plugin)],
            )  # fmt: skip
            for one in found
            for words in plain_words(one)
        ]
        assert plain == [], "write _l(...) around what people read"
        for path in sorted((self.folder / "templates").rglob("*.html")):
            words = unmarked(path.read_text(encoding="utf-8"))
            assert words == [], f"{path}: write _(...) around what people read"

    # Where it is on

    def test_what_is_written_is_read_edited_shared_and_taken_along(
        self, app: App, browser: Any, teacher: Participant
    ) -> None:
        written = self.write_all(app, browser, teacher)
        with app.database.write() as session:
            coach = make_person(session, name="Ruben Coach")
            coaching = make_coaching(session, coach, teacher.person)
        reader = sign_in(app.test_client(), coach)
        for name, address in written.items():
            kind = app.registry.kinds[name]
            shared = post(browser, f"{address}shares", {"target": f"coaching:{coaching.id}", "last_day": ""})
            assert (shared.status_code == 303) == kind.shareable, f"sharing {name} with a coach"
            again = self.typed(kind) | {"seen": "1", "title": "Andere woorden"}
            with statements(app.database) as asked:
                assert post(browser, f"{address}edit", again).status_code == 303, f"editing {name}"
            assert len(asked) <= WRITE, "\n".join([f"{address}edit asks {len(asked)} times", *asked])
            assert "Andere woorden" in browser.get(address).text
            assert browser.get(f"{address}texts/1").status_code == 200, "the earlier text"
            assert reader.get(address).status_code == (200 if kind.shareable else 404), "the coach it was shared with"
            assert reader.get(f"{address}texts/1").status_code in (403, 404), "history is the author's"
        assert self.taken_along(browser) == len(written)
        with app.database.write() as session:  # and all of it goes with its writer, whatever the plugin does
            session.execute(delete(Person))
            counts = {name: select(func.count()).select_from(table) for name, table in self.tables.items()}
            left = [name for name, counted in counts.items() if session.scalar(counted)]
        assert left == [], "rows outlive the person they are about"

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a template knows no database
    def test_every_page_is_there_in_every_theme_and_language(
        self, app: App, browser: Any, teacher: Participant
    ) -> None:
        handed, said = self.handed_over(app), messages_pattern(self.folder)
        written = self.write_all(app, browser, teacher)
        addresses = ["/", f"{self.home(teacher)}/", *self.own_pages(app, teacher)]
        for name, address in written.items():
            new = f"{self.home(teacher)}/new/{name}"
            ways = [starter.code for starter in self.starters(app.registry) if starter.kind == name]
            addresses += [address, f"{address}edit", f"{address}delete", new, *(f"{new}?with={way}" for way in ways)]
        for theme in app.themes.themes:
            for language in LANGUAGES:
                with app.database.write() as session:
                    session.execute(update(School).values(theme=theme))
                    session.execute(update(Person).values(language=language))
                handed.clear()
                for address in addresses:
                    with statements(app.database) as asked:
                        answer = browser.get(address)
                    assert answer.status_code in (200, 302, 303), f"{address} in {theme}, {language}"
                    assert len(asked) <= PAGE, "\n".join([f"{address} asks {len(asked)} times", *asked])
                words = [one for item in handed for one in plain_words(item) + plain_words(getattr(item, "action", 0))]
                unknown = [one for one in words if language == "en" and not said.fullmatch(one)]
                assert unknown == [], "write _l(...) around what people read in the menu and on cards"

    # Where it is off

    def test_off_is_404_on_every_route_and_method_and_leaves_no_trace(self, app: App, browser: Any) -> None:
        with app.database.write() as session:
            other = make_participant(session, name="Yara Elders")
            circle = portfolio_of(session, circle=make_circle(session, other.person))
        away = sign_in(app.test_client(), other.person)
        addresses = [*self.every_address(app, other.portfolio), *self.every_address(app, circle.id)]
        assert addresses, "a plugin has pages of its own, or those the portfolio makes for its kinds"
        if app.database.dialect != "sqlite":  # it is asked the same for each of them
            addresses = addresses[::5]
        found = {}
        for address in addresses:
            for method in METHODS:
                answer = away.open(address, method=method) if method in SAFE else send(away, method, address)
                found[f"{method} {address}"] = answer.status_code
                assert "Allow" not in answer.headers, f"{method} {address} tells that there is something"
        assert {call: status for call, status in found.items() if status != 404} == {}
        assert f"/{self.plugin}/" not in away.get("/").text
        assert f"/{self.plugin}/" in browser.get("/").text, "where it is on, it is there"

    def test_switched_off_it_is_its_authors_alone(self, app: App, browser: Any, teacher: Participant) -> None:
        written = self.write_all(app, browser, teacher)
        with app.database.write() as session:
            coach = make_person(session, name="Ruben Coach")
            coaching = make_coaching(session, coach, teacher.person)
        reader = sign_in(app.test_client(), coach)
        for name, address in written.items():
            post(browser, f"{address}edit", self.typed(app.registry.kinds[name]) | {"seen": "1", "title": CANARY})
            post(browser, f"{address}shares", {"target": f"coaching:{coaching.id}", "last_day": ""})
        if any(app.registry.kinds[name].shareable for name in written):
            assert CANARY in reader.get("/shared").text, "while it is on, who it is shared with reads it"
        with app.database.write() as session:
            session.execute(update(Switch).values(until=today() - dt.timedelta(days=1)))
        asked = self.asked_of_it(app)
        places = ["/", "/shared", "/desk", f"/desk/{teacher.person.id}", "/kept", *written.values()]
        assert [place for place in places if CANARY in reader.get(place).text] == []
        assert [reader.get(address).status_code for address in written.values()] == [404] * len(written)
        assert f"/{self.plugin}/new/" not in browser.get("/").text
        for address in written.values():
            assert CANARY in browser.get(address).text, "its author reads on"
            assert post(browser, f"{address}edit", {"seen": "2", "title": "Nog iets"}).status_code in (403, 404)
        assert self.taken_along(browser) == len(written)
        for address in written.values():
            assert post(browser, f"{address}delete").status_code == 303, "its author deletes it"
        assert asked == [], "no menu, no card, no event where it is off"

    # Its tables

    def test_models_equal_migrations_up_down_and_up_again(self, database: Database) -> None:
        line = self.line
        if line is None:
            assert self.tables == {}, "tables come by migrations: portfolio db revision --plugin"
            return
        names = [CORE, self.plugin]
        core = Line(CORE, HERE / "versions")
        migrate.upgrade(database, [core, line])
        assert migrate.differences(database, line, names) == []
        migrate.downgrade(database, line)
        with database.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) & set(self.tables) == set(), "down takes all away"
        assert migrate.upgrade(database, [core, line]) == [self.plugin]
        assert migrate.differences(database, line, names) == []

    def test_what_is_kept_of_somebody_goes_with_them(self) -> None:
        ends = {"person", "portfolio", "entry"}
        for name, table in self.tables.items():
            for key in table.foreign_keys:
                assert key.ondelete in ("CASCADE", "SET NULL"), f"{key.parent} doesn't say what happens on delete"
            assert reaches(name, ends, set()), f"{name} doesn't reach person, portfolio or entry by CASCADE"
        core = set(core_tables())
        grown = [key.parent for table in core for key in Base.metadata.tables[table].foreign_keys if
                 key.column.table.name in self.tables]  # fmt: skip
        assert grown == [], "no table of the portfolio refers to one of a plugin"

    # Gone

    def test_without_it_entries_are_their_authors_alone_and_it_can_be_removed(
        self, app: App, browser: Any, teacher: Participant, settings: Settings, monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:  # fmt: skip
        written = self.write_all(app, browser, teacher)
        without = self.without(app, settings, monkeypatch)
        author = sign_in(without.test_client(), teacher.person)
        for name, address in written.items():
            page = author.get(address)
            assert page.status_code == 200, f"an entry of {name} without its plugin"
            assert self.typed(app.registry.kinds[name])["title"] in page.text
        assert self.taken_along(author) == len(written)
        archive = tmp_path / "archive" if written else None
        gone = remove_plugin(app.database, without.registry, app.store, self.plugin, archive=archive, rows_too=True)
        assert len(gone.archives) == min(len(written), 1)
        with app.database.read() as session:
            assert holdings(session, self.plugin).nothing
            tables = inspect(session.connection()).get_table_names()
        assert [name for name in tables if name.startswith((f"{self.plugin}_", f"alembic_{self.plugin}"))] == []
        assert [author.get(address).status_code for address in written.values()] == [404] * len(written)
