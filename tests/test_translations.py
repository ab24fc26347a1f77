"""The Dutch of the product: nothing left out, nothing left over, and no English on any page of the demo world."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from sqlalchemy import select

from portfolio import i18n, migrate
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.demo.loading import fill_demo
from portfolio.files import FolderStore
from portfolio.jobs.worker import run_pending
from portfolio.messages import folders, left_over, missing
from portfolio.people.models import Person
from portfolio.plugins import load_registry
from portfolio.settings import Settings
from portfolio.testing import post, sign_in

FOLDERS = folders()
NAMES = [folder.name for folder in FOLDERS]
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)

AVOIDED = {
    "niveau", "niveaus", "score", "scores", "voldoet", "compleet", "complete", "achterstand", "opgelost",
    "beoordeling", "beoordelingen", "top", "beste", "u", "uw",
}  # fmt: skip
"""Words that weigh people, and the formal you. Nobody is graded here, and everybody is `je`."""
AVOIDED_TOGETHER = ("resultaat behaald",)
ALLOWED: dict[str, str] = {}
"""English message: why its Dutch can't do without such a word."""

ENGLISH = {
    "the", "you", "your", "this", "that", "these", "with", "and", "from", "what", "who", "which", "not", "nobody",
    "somebody", "must", "field",
}  # fmt: skip
"""Words of English that no Dutch text has: they find also what nobody marked for translation."""
PER_PAGE = 2
"""How many addresses of one view are read for one person."""


def dutch(folder: Path) -> Catalog:
    """The catalogue of a folder, as it is written; a theme without words of its own has none."""
    path = folder / "translations" / "nl.po"
    if not path.exists() and folder.parent.name == "themes":
        return Catalog(locale="nl")
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def texts(value: Any) -> list[str]:
    """A message, or its singular and plural."""
    return [value] if isinstance(value, str) else [str(one) for one in value]


def messages(folder: Path) -> list[Message]:
    """Every message of a catalogue but its heading."""
    return [message for message in dutch(folder) if message.id]


def values(text: str) -> set[str]:
    """The names of what is filled in."""
    return set(re.findall(r"%\((\w+)\)", text))


def words(text: str) -> set[str]:
    """The words of a text, in small letters and without what is filled in."""
    return set(re.findall(r"[^\W\d_]+", re.sub(r"%\(\w+\)s", " ", text).lower()))


@each_folder
def test_every_message_has_its_dutch(folder: Path) -> None:
    assert [message.id for message in missing(folder)] == []


@each_folder
def test_a_catalogue_holds_no_message_that_nobody_says_any_more(folder: Path) -> None:
    assert left_over(folder) == []
    assert list(dutch(folder).obsolete) == []


@each_folder
def test_the_dutch_fills_in_the_same_values(folder: Path) -> None:
    for message in messages(folder):
        english, translated = texts(message.id), texts(message.string)
        assert len(english) == len(translated), english
        assert values(translated[-1]) == values(english[-1]), english
        assert values(translated[0]) | {"num"} == values(english[0]) | {"num"}, english
        for text in translated:
            assert text % dict.fromkeys(values(text), "x"), english
            assert text == text.strip() and "  " not in text, english


@each_folder
def test_the_dutch_weighs_nobody_and_says_je(folder: Path) -> None:
    for message in messages(folder):
        if texts(message.id)[0] in ALLOWED:
            continue
        for text in texts(message.string):
            assert not words(text) & AVOIDED, text
            assert not any(avoided in text.lower() for avoided in AVOIDED_TOGETHER), text


def test_the_catalogues_agree_when_they_are_loaded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_dutch", i18n._dutch)  # put back afterwards: loading is for the whole process
    loaded = i18n.load_catalogues(FOLDERS)
    assert len(loaded) == len({texts(message.id)[0] for folder in FOLDERS for message in messages(folder)})


class Page(HTMLParser):
    """What a page says, also to a screen reader, and where it leads. What is marked as English is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._silent: str | None = None
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.said))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("lang") == "en" or tag in ("script", "style"):
            self._silent = tag
        self.said += [text for name in ("aria-label", "alt", "title", "placeholder") if (text := found.get(name))]
        if tag == "a" and (address := found.get("href")):
            self.links.append(address.partition("#")[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            self.said.append(data)


def english_of(app: App) -> list[str]:
    """Every English message that would be seen if it were left as it is; of one that is filled in, its longest part."""
    found = []
    for folder in FOLDERS:
        for message in messages(folder):
            for english, translated in zip(texts(message.id), texts(message.string), strict=True):
                part = max(re.split(r"%\(\w+\)s", re.sub(r"\s+", " ", english)), key=len)
                if len(part) > 12 and english != translated and part not in translated:
                    found.append(part)
    return found


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The application on the demo world, in which everything anybody wrote is Dutch."""
    folder = tmp_path_factory.mktemp("dutch")
    database = Database(f"sqlite:///{folder / 'portfolio.sqlite'}")
    registry = load_registry(raising=True)
    migrate.upgrade(database, migrate.lines(registry.folders))
    settings = Settings(data=folder, database_url=database.url, secret_key="0" * 40, testing=True)
    fill_demo(database, settings, FolderStore(settings.files), registry)
    yield create_app(settings, database=database)
    database.close()


@pytest.fixture
def signed_in(app: App, request: pytest.FixtureRequest) -> Any:
    """A Dutch browser, signed in as somebody of the demo world or as nobody."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    if request.param:
        with app.database.read() as session:
            person = session.scalars(select(Person).where(Person.email == f"{request.param}@example.org")).one()
        sign_in(client, person)
    return client


def walk(app: App, client: Any) -> Iterator[tuple[str, Page]]:
    """Pages that the links lead to, a few of each view."""
    waiting, seen = ["/", "/privacy", "/forgot", "/recover", "/mail", "/bin", "/readings", "/nergens"], set()
    counted: dict[str, int] = {}
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop(0)
        if address in seen or not address.startswith("/") or address.startswith("/static"):
            continue
        seen.add(address)
        path = address.partition("?")[0]
        view = str(adapter.match(path)[0]) if adapter.test(path) else path
        counted[view] = counted.get(view, 0) + 1
        if counted[view] > PER_PAGE * (3 if view.startswith("entries.") else 1):
            continue
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype == "text/html":
            page = Page(answer.get_data(as_text=True))
            waiting += page.links
            yield address, page


FIELDS = (
    "title", "happened_on", "look_back", "name", "email", "since", "last_day", "role", "theme", "person", "leader",
    "teacher", "coach", "focus", "purpose", "new_email", "current_password", "password", "password_again", "word",
    "code", "sign_in_name",
)  # fmt: skip
FORMS = r"/new(/\w+)?$|/(sign-in|forgot|recover|password|email|close|circles|leaders|coaches|settings)$"


def forms(app: App, client: Any) -> list[str]:
    """Addresses with a form that refuses what is typed wrong; of each view the first that is linked to."""
    waiting, found = ["/", "/sign-in", "/forgot", "/recover"], {}
    adapter = app.url_map.bind("localhost")
    for address in waiting:
        path = address.partition("?")[0]
        view = re.sub(r"[0-9a-f-]{36}", "", path)
        if view in found or not adapter.test(path) or not (view.count("/") < 4 or re.search(FORMS, path)):
            continue
        found[view] = path
        answer = client.get(path, follow_redirects=True)
        waiting += Page(answer.get_data(as_text=True)).links if answer.mimetype == "text/html" else []
    return [path for path in found.values() if re.search(FORMS, path)]


everybody = pytest.mark.parametrize(
    "signed_in", ["", "fenna", "ruben", "mirjam", "hanne", "otto"], indirect=True, ids=lambda name: name or "nobody"
)


@everybody
def test_no_page_says_anything_in_english(app: App, signed_in: Any) -> None:
    english, walked = english_of(app), 0
    for address, page in walk(app, signed_in):
        walked += 1
        assert not words(page.text) & ENGLISH, address
        assert [part for part in english if part in page.text] == [], address
    assert walked > 5, walked


@pytest.mark.parametrize("signed_in", ["", "fenna", "mirjam"], indirect=True, ids=lambda name: name or "nobody")
def test_no_form_complains_in_english(app: App, signed_in: Any) -> None:
    complained = []
    for path in forms(app, signed_in):
        for typed in ("", "\u2603"):
            answer = post(signed_in, path, dict.fromkeys(FIELDS, typed))
            if answer.mimetype == "text/html" and answer.status_code >= 400:
                complained.append(path)
                said = Page(answer.get_data(as_text=True)).text
                assert not words(said) & ENGLISH, (path, typed, said)
    assert len(complained) >= 4


FILE = "naam;e-mail;rol;taal;cohort\nWies;wies@example.org;;;\n;x;y;z;w\nB;;;;;\nC;fenna@example.org;;;Elders\n\"D\n"


@pytest.mark.parametrize("signed_in", ["mirjam"], indirect=True)
def test_a_file_of_people_is_explained_in_dutch_from_its_faults_to_its_undoing(app: App, signed_in: Any) -> None:
    english = english_of(app)
    listed = next(link for link in Page(signed_in.get("/").text).links if link.startswith("/s/")) + "people/file"

    def look(answer: Any) -> str:
        said = Page(answer.text).text
        assert not words(said) & ENGLISH and [part for part in english if part in said] == [], said
        return said

    for wrong in (b"", b"PK\x03\x04", b"a;b", b"naam;naam;e-mail", b"\xff\xfe", b"wat", b"naam;e-mail\n"):
        assert look(post(signed_in, listed, {"file": (io.BytesIO(wrong), "x.csv")})).count("niet te lezen")
    answer = post(signed_in, listed, {"file": (io.BytesIO(FILE.encode()), "x.csv")})
    assert answer.status_code == 303
    said = look(signed_in.get(answer.location))
    told = ("Regel 3", "geen rol", "geen taal", "Iemand van deze school", "geen cohort ‘Elders’", "aanhalingsteken")
    assert [one for one in told if one not in said] == []
    for button in ("invite", "undo"):
        assert post(signed_in, f"{answer.location}/{button}").status_code == 303
        look(signed_in.get(answer.location))
        run_pending(app.database, app.settings)
        look(signed_in.get(answer.location))
