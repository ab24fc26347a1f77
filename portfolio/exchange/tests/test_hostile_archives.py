"""Wrong and hostile archives: each gets a message that says what is wrong, and nothing is changed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.entries.models import Entry
from portfolio.errors import Refused
from portfolio.exchange import coming
from portfolio.exchange.tests.exchange_world import Place, a_picture, closed, fill, opened, raw_of
from portfolio.exchange.tests.spoiling import (
    CASES,
    change_content,
    change_entry,
    change_file,
    change_links,
    change_raw,
    change_text,
)
from portfolio.files import FolderStore
from portfolio.plugins import Registry
from portfolio.testing import post, sign_in
from portfolio.testing_databases import Copies


@pytest.fixture(scope="module")
def good(registry: Registry, _sqlite_copies: Copies, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good archive; made once."""
    copies = _sqlite_copies.beside
    place = Place(copies.make(), FolderStore(tmp_path_factory.mktemp("good")), registry)
    fenna = place.person()
    fill(place, fenna)
    data = place.take_along(fenna)
    copies.drop()
    return data


@pytest.fixture
def reader(registry: Registry) -> Place:
    """Reading needs neither a database nor a store."""
    return Place(None, None, registry)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said(name: str, good: bytes, reader: Place) -> None:
    spoil, message = CASES[name]
    spoiled = spoil(good)
    assert spoiled != good
    with pytest.raises(Refused, match=message) as caught:
        reader.read(spoiled)
    assert list(caught.value.errors) == [""] and len(str(caught.value)) < 400


def test_the_good_one_is_good(good: bytes, reader: Place) -> None:
    assert reader.read(good).identical


def test_control_characters_are_cleaned_away(good: bytes, reader: Place) -> None:
    data = change_text(title="Een\u202e kruk\u0007je\n")(change_content(story="Vier\0 handen\r\n")(good))
    # the change of the title looks for the title, so it came last
    plan = reader.read(data)
    (text,) = (entry.current for entry in plan.contents.entries if entry.kind == "evidence")
    assert text.title == "Een krukje" and text.content["story"] == "Vier handen"
    assert not plan.identical


def test_what_cant_be_shared_comes_back_for_its_author_alone(
    good: bytes, reader: Place, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.kinds["goal"], "shareable", False)
    audiences = {entry.kind: entry.audience for entry in reader.read(good).contents.entries}
    assert audiences == {"goal": "author", "evidence": "portfolio", "reflection": "portfolio"}


def test_a_folder_that_was_zipped_again_is_fine(good: bytes, reader: Place) -> None:
    assert reader.read(closed({"files/": b"", "entries/": b""} | opened(good) | {".DS_Store": b"x"})).identical


# Werkzeug's test client never closes the temporary file in which it writes down a form of over 500 kB.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_wrong_archive_is_refused_on_the_page_and_changes_nothing(
    app: Any, here: Place, good: bytes, tmp_path: Path
) -> None:
    fenna = here.person()
    with here.database.write() as session:
        session.merge(fenna).language = "en"
    client = sign_in(app.test_client(), fenna)
    here.store = app.store
    before = here.everything()
    wrong = []
    for name, (spoil, _message) in CASES.items():
        answer = post(client, "/account/bring-back", {"archive": (io.BytesIO(spoil(good)), "p.zip")})
        if answer.status_code != 422 or "Nothing was brought back." not in answer.text or here.everything() != before:
            wrong.append((name, answer.status_code))
    assert not wrong


def test_an_archive_of_what_is_here_already_is_taken_as_any_other_and_overwrites_nothing(app: Any, here: Place) -> None:
    here.store = app.store
    fenna, yara = here.person(), here.person("Yara")
    fill(here, fenna)
    data = here.take_along(fenna)
    (file,) = (file for entry in raw_of(data)["portfolio"]["entries"] for file in entry["files"])
    evil = change_file(a_picture("black"), tell=True)(change_text(title="Van Yara")(data))
    assert raw_of(evil)["portfolio"]["entries"][0]["id"] == raw_of(data)["portfolio"]["entries"][0]["id"]
    mine = here.store.get(file["id"].replace("-", ""))
    answer = post(sign_in(app.test_client(), yara), "/account/bring-back", {"archive": (io.BytesIO(evil), "p.zip")})
    assert answer.status_code == 303
    assert here.store.get(file["id"].replace("-", "")) == mine
    assert raw_of(here.take_along(fenna))["portfolio"] == raw_of(data)["portfolio"]
    assert raw_of(here.take_along(yara))["portfolio"] == raw_of(evil)["portfolio"]
    with here.database.read() as session:
        ids = {str(id_) for id_ in session.scalars(select(Entry.id).where(Entry.author_id == yara.id))}
    assert len(ids) == 4 and not ids & {entry["id"] for entry in raw_of(evil)["portfolio"]["entries"]}


def test_more_than_anybody_writes_is_refused_before_it_is_looked_at(
    good: bytes, reader: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = raw_of(good)["portfolio"]
    count = len(parts["links"]) + sum(1 + sum(len(e[n]) for n in ("texts", "turns", "files")) for e in parts["entries"])
    monkeypatch.setattr(coming, "MOST_PARTS", count)
    assert reader.read(good).identical
    for more in (
        change_entry(lambda entry: entry["texts"].append(7)), change_entry(lambda entry: entry["turns"].append(7)),
        change_links(lambda links: links.append(7)), change_raw(lambda raw: raw["portfolio"]["entries"].append(7)),
    ):  # fmt: skip
        with pytest.raises(Refused, match=f"at most {count} texts"):
            reader.read(more(good))


def test_a_costly_archive_is_rendered_when_it_is_read(
    good: bytes, reader: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(reader.read(good).html) == 4
    monkeypatch.setattr(coming, "RENDERED_AT_ONCE", 300)
    assert 0 < len(reader.read(good).html) < 4
