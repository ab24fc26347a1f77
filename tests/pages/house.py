"""The application on a copy of the world, browsers that are signed in without a password, and what a page holds."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from itsdangerous import URLSafeTimedSerializer

from portfolio.app import App, create_app
from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.fields import Choice, Line, Lines, Rows
from portfolio.entries.kinds import field
from portfolio.settings import Settings
from portfolio.testing_databases import Copies
from tests.odd_plugin import plugin
from tests.pages.world import ANONYMOUS, SWITCHABLE, World

PROOF = "een-vast-bewijs-tegen-vervalsing"
"""Of every browser here: what its session holds against forgery."""


class Ponds(CohortSettings):
    """What a school sets about the first plugin of the world: a field of each shape that a form can have."""

    defaults = {"how_many": "some"}  # noqa: RUF012  # read-only from here on

    how_many: Choice = field("How many", choices=(("some", "Some"), ("all", "All")))
    pond: Line = field("Which pond", required=False, most=30)
    banks: Lines = field("Its banks", required=False)
    reeds: Rows = field("Its reeds", required=False, columns=(("where", "Where"), ("since", "Since")))


class House:
    """One application, on a copy of a filled database that can be put back as it was."""

    def __init__(self, world: World, settings: Settings, **more: Any) -> None:
        self.world = world
        self._copies = Copies(settings.database_url, settings.data)
        self.settings = replace(settings, **more)
        self.dirty = False
        first, *others = SWITCHABLE
        plugins = [(first, plugin(first, cohort_settings=lambda: Ponds)), *((name, plugin(name)) for name in others)]
        self.app: App = create_app(self.settings, database=self._copies.make(), plugins=plugins)

    def reset(self) -> None:
        """Put everything back, if anything was written."""
        if self.dirty:
            self.app.database = self._copies.make()
            self.dirty = False

    def close(self) -> None:
        """Let the copy go."""
        self._copies.drop()

    def browser(self, role: str = ANONYMOUS, domain: str = "localhost") -> Any:
        """A new browser, signed in as `role` at `domain`."""
        client = self.app.test_client()
        held = {"csrf_token": PROOF}
        if role != ANONYMOUS:
            held |= {"_user_id": self.world.tokens[role], "_fresh": True}
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        name = self.app.config["SESSION_COOKIE_NAME"]
        client.set_cookie(name, serializer.dumps(held), domain=domain, secure=self.settings.https)
        client.set_cookie("language", "en", domain=domain)
        return client

    def token(self) -> str:
        """What a form of one of these browsers carries."""
        return str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(PROOF))  # type: ignore[arg-type]

    def post(self, role: str, url: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """Send a form with its proof; what was written is put back at the next reset."""
        answer = self.browser(role).post(url, data={"csrf_token": self.token(), **(data or {})}, **more)
        self.dirty = self.dirty or answer.status_code < 400
        return answer


class Form:
    """A form of a page: where it goes and what it holds."""

    def __init__(self, action: str, method: str) -> None:
        self.action, self.method = action, method
        self.values: dict[str, list[str]] = {}
        """What a browser would send without touching it."""
        self.typed: set[str] = set()
        """Names of controls in which somebody types."""
        self.choices: dict[str, list[str]] = {}
        self.files: set[str] = set()


class Page(HTMLParser):
    """The links, forms, controls and what is forbidden in a page."""

    def __init__(self, html: str, path: str = "/") -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []
        self.ids: set[str] = set()
        self.invalid: dict[str, list[str]] = {}
        """Names of controls that are wrong, with what describes them."""
        self.described: dict[str, list[str]] = {}
        self._path, self._select, self._area = path, "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        self._note_inline(tag, found)
        if tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"].partition("#")[0])
        if tag == "form":
            self.forms.append(Form(found.get("action") or self._path, found.get("method", "get").lower()))
        if "aria-invalid" in found:
            self.invalid[found.get("name", "")] = found.get("aria-describedby", "").split()
        if "aria-describedby" in found:
            self.described[found.get("name", tag)] = found["aria-describedby"].split()
        if self.forms:
            self._note_control(tag, found, self.forms[-1])

    def _note_control(self, tag: str, found: dict[str, str], form: Form) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(found.get("value", ""))
            if "selected" in found or not form.values.get(self._select):
                form.values[self._select] = [found.get("value", "")]
        if not name:
            return
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.typed.add(name)
            form.values.setdefault(name, []).append("")
        elif tag == "input" and kind == "file":
            form.files.add(name)
        elif tag == "input" and kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(found.get("value", "on"))
            if "checked" in found:
                form.values.setdefault(name, []).append(found.get("value", "on"))
        elif tag in ("input", "button"):
            if tag == "input" and kind not in ("hidden", "password", "submit"):
                form.typed.add(name)
            form.values.setdefault(name, []).append(found.get("value", ""))

    def _note_inline(self, tag: str, found: dict[str, str]) -> None:
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)
        for name, value in found.items():
            scheme = value.strip().lower().replace("\t", "").replace("\n", "")
            if name == "style" or name.startswith("on") or scheme.startswith("javascript:"):
                self.inline.append(f"{tag} {name}={value[:40]}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].values[self._area][-1] += data


def is_html(answer: Any) -> bool:
    """Whether the answer is a page."""
    return bool(answer.mimetype == "text/html")


AGAIN, FEW = ("/view-as?", "seen-as="), 3
"""Of what every page leads to about itself (as whom it can be seen, and that), a crawl takes a few: test_view_as.py."""


def crawl(house: House, role: str, *starts: str, most: int = 200) -> dict[str, Any]:
    """Every page `role` can reach by links from the overview and `starts`: address and answer."""
    todo, seen = ["/", *starts], {}
    turns = dict.fromkeys(AGAIN, FEW)
    while todo and len(seen) < most:
        path = todo.pop(0)
        again = next((mark for mark in AGAIN if mark in path), "")
        if path in seen or turns.get(again, 1) == 0:
            continue
        turns[again] = turns.get(again, most) - 1
        answer = house.browser(role).get(path)
        seen[path] = answer
        if answer.status_code in (301, 302, 303) and answer.location.startswith("/"):
            todo.append(answer.location)
        if is_html(answer):
            todo += Page(answer.text, path).links
    return seen
