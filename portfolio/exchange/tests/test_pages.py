"""The readable half opens offline and holds nobody else's words; and the pages of the site that make and take it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import event

from portfolio.app import create_app
from portfolio.entries import commenting, reading
from portfolio.entries.models import Entry
from portfolio.exchange.tests.exchange_world import Place, a_picture, fill, opened, raw_of, sha256
from portfolio.i18n import speaking
from portfolio.people.models import Person
from portfolio.testing import make_coaching, make_entry, make_share, post, sign_in


class _Page(HTMLParser):
    """Every address in a page, its tags, and whether somebody wrote it (a link in their text) or we did."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.written: list[str] = []
        self.attributes: list[str] = []
        self.without_alt = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]
        found = dict(attrs)
        self.without_alt += tag == "img" and "alt" not in found
        for name in ("href", "src", "action", "srcset", "data", "poster"):
            if name in found:
                by_person = tag == "a" and "nofollow" in (found.get("rel") or "")
                (self.written if by_person else self.addresses).append(str(found[name]))


def _pages(members: dict[str, bytes]) -> dict[str, _Page]:
    found = {}
    for name, data in members.items():
        if name.endswith(".html"):
            found[name] = _Page()
            found[name].feed(data.decode())
    return found


def test_every_page_opens_offline(here: Place) -> None:
    fenna = here.person()
    ids = fill(here, fenna)
    members = opened(here.take_along(fenna))
    pages = _pages(members)
    assert set(pages) == {"index.html", *(f"entries/{entry}.html" for entry in ids.values())}
    for name, page in pages.items():
        assert not {"script", "iframe", "object", "embed", "form", "base"} & set(page.tags)
        assert not [attribute for attribute in page.attributes if attribute.startswith("on") or attribute == "style"]
        assert not page.without_alt
        for address in page.addresses:
            parts = urlsplit(address)
            assert not parts.scheme and not parts.netloc and not address.startswith("/"), address
            assert normpath(join(dirname(name), unquote(parts.path))) in members, address
        assert all(address.startswith("https://example.org/") for address in page.written)
    moment = pages[f"entries/{ids['moment']}.html"]
    assert moment.tags.count("img") == 2, "beside the text, and in it"
    assert "url(" not in members["style.css"].decode() and "@import" not in members["style.css"].decode()


def test_the_index_has_school_years_and_lines_of_goals(here: Place) -> None:
    fenna = here.person()
    ids = fill(here, fenna)
    members = opened(here.take_along(fenna))
    index = members["index.html"].decode()
    assert "<h2>2025–2026</h2>" in index and "<h2>2024–2025</h2>" in index
    line = index[index.index('<ol class="line">') : index.index("</ol>")]
    assert line.index("Vaker zwijgen") < line.index("Continues: Vaker zwijgen")
    goal = members[f"entries/{ids['goal']}.html"].decode()
    assert f'Continues: <a href="{ids["old"]}.html"' in goal and "Nu écht." in goal and "Idea → Working on it" in goal
    old = members[f"entries/{ids['old']}.html"].decode()
    assert "<strong>vul in</strong>" in old and "&lt;b&gt;altijd" in old and "<b>" not in old


def test_pages_are_in_the_language_of_the_person(here: Place) -> None:
    fenna = here.person()
    fill(here, fenna)
    with speaking("nl"):
        assert b'<html lang="nl">' in opened(here.take_along(fenna))["index.html"]
    assert b'<html lang="en">' in opened(here.take_along(fenna))["index.html"]


def test_titles_and_names_cant_become_markup(here: Place) -> None:
    fenna = here.person(name="<script>alert('naam')</script>")
    with here.database.write() as session:
        make_entry(session, fenna, title="</title><script>alert(1)</script>", content={"why": "<img src=x onerror=1>"})
    for page in _pages(opened(here.take_along(fenna))).values():
        assert "script" not in page.tags and "img" not in page.tags and "onerror" not in page.attributes


def test_a_text_of_an_unknown_kind_is_still_readable(here: Place) -> None:
    fenna = here.person()
    with here.database.write() as session:
        entry = make_entry(
            session, fenna, kind="polarity_map", plugin="polariteiten", title="Polen", content={"pole_a": "Rust"}
        )
    data = here.take_along(fenna)
    assert b"Rust" in opened(data)[f"entries/{entry.id}.html"]
    assert raw_of(data)["kinds"] == {"polarity_map": {"plugin": "polariteiten", "version": 1}}


def test_nobody_elses_words_and_no_locked_bytes_are_in_it(here: Place) -> None:
    fenna, ruben, lotte = here.person(), here.person("Ruben KANARIENAAM"), here.person("Lotte")
    ids = fill(here, fenna)
    with here.database.write() as session:
        coaching = make_coaching(session, ruben, fenna)
        make_share(session, session.get_one(Entry, ids["goal"]), coaching=coaching)
        theirs = make_entry(session, lotte, title="KANARIE van Lotte")
        make_share(session, theirs, person=fenna)

    def say(scope: Any) -> None:
        entry = reading.get_entry(scope, ids["goal"])
        commenting.add_comment(scope, entry.id, "question", "KANARIE: wat houdt je tegen?")

    here.write(ruben, say)
    secret = a_picture("gold", (77, 66), "PNG")
    locked = here.add_file(fenna, ids["look"], "klas2b.png", secret, alt="", pupils="unknown")
    stored = here.store.get(locked.hex)
    data = here.take_along(fenna)
    members = opened(data)
    for name, part in members.items():
        assert b"KANARIE" not in part, name
        assert sha256(part) != sha256(stored) and str(locked) not in name
    assert stored not in data
    assert raw_of(data)["left_out"] == [{"entry_id": str(ids["look"]), "filename": "klas2b.png", "reason": "pupils"}]
    assert b"klas2b.png" in members["index.html"] and b"klas2b.png" in members[f"entries/{ids['look']}.html"]


def test_a_file_whose_bytes_are_gone_is_listed_and_the_rest_goes_along(here: Place) -> None:
    fenna = here.person()
    fill(here, fenna)
    before = raw_of(here.take_along(fenna))
    (file,) = (file for entry in before["portfolio"]["entries"] for file in entry["files"])
    here.store.delete(file["id"].replace("-", ""))
    data = here.take_along(fenna)
    assert [part["reason"] for part in raw_of(data)["left_out"]] == ["missing"]
    assert here.read(data).identical and not here.read(data).files


# The site ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(app: Any, here: Place) -> Place:
    here.store = app.store
    return here


def _signed_in(app: Any, place: Place, person: Person) -> Any:
    with place.database.write() as session:
        session.merge(person).language = "en"
    return sign_in(app.test_client(), person)


def test_a_teacher_takes_all_along_and_brings_it_back(app: Any, site: Place, elsewhere: Place) -> None:
    fenna, there = site.person("Fenna de Vóórbeeld"), elsewhere.person()
    fill(site, fenna)
    client = _signed_in(app, site, fenna)
    page = client.get("/account/take-along").text
    answer = post(client, "/account/take-along")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert re.search(
        r"filename=portfolio-fenna-de-voorbeeld-\d{4}-\d\d-\d\d\.zip", answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    data = answer.data
    answer.close()
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    fingerprint = raw_of(data)["fingerprint"]
    assert fingerprint in page

    other = create_app(
        replace(app.settings, database_url=elsewhere.database.url, data=elsewhere.store.root.parent / "other"),
        database=elsewhere.database,
    )
    browser = _signed_in(other, elsewhere, there)
    assert 'name="archive"' in browser.get("/account/bring-back").text
    answer = post(browser, "/account/bring-back", {"archive": (io.BytesIO(data), "p.zip")}, follow_redirects=True)
    assert answer.status_code == 200 and answer.request.path == "/account/take-along"
    assert "4 entries are back" in answer.text and "exactly as you took it along" in answer.text
    assert fingerprint in answer.text
    again = browser.get("/account/bring-back").text
    assert "You have written here already" in again and 'name="archive"' not in again


def test_a_full_account_and_no_file_are_refused(app: Any, site: Place) -> None:
    fenna, yara = site.person(), site.person("Yara")
    fill(site, fenna)
    data = site.take_along(fenna)
    client = _signed_in(app, site, fenna)
    answer = post(client, "/account/bring-back", {"archive": (io.BytesIO(data), "p.zip")})
    assert answer.status_code == 422 and "You have written here already" in answer.text
    answer = post(_signed_in(app, site, yara), "/account/bring-back", {})
    assert answer.status_code == 422 and "Choose a file first." in answer.text


def test_nobody_takes_along_without_signing_in(client: Any) -> None:
    for path in ("/account/take-along", "/account/bring-back"):
        assert client.get(path).status_code == 302
        assert post(client, path).status_code == 401


def test_the_pages_keep_to_their_number_of_queries(app: Any, site: Place, elsewhere: Place) -> None:
    there = elsewhere.person()
    for _ in range(2):
        fill(elsewhere, there)
    data = elsewhere.take_along(there)
    fenna = site.person()
    client = _signed_in(app, site, fenna)
    client.get("/account/take-along")  # the first page notes when she was last seen
    with client.session_transaction() as cookie:
        assert cookie["csrf_token"]
    seen: list[str] = []
    event.listen(app.database.engine, "before_cursor_execute", lambda c, k, text, *rest: seen.append(text))

    def counted(answer: Any) -> int:
        assert answer.status_code in (200, 303)
        answer.close()
        found = len([text for text in seen if not text.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])
        seen.clear()
        return found

    seen.clear()
    assert counted(client.get("/account/bring-back")) <= 8
    post(client, "/account/take-along").close()
    seen.clear()
    page = client.get("/account/take-along")
    assert counted(page) <= 8
    answer = _post_counted(client, seen, "/account/bring-back", {"archive": (io.BytesIO(data), "p.zip")})
    # two of these are the claim on the files' keys, a transaction of its own
    assert counted(answer) <= 12 + 2
    assert counted(client.get("/account/take-along")) <= 8
    assert counted(_post_counted(client, seen, "/account/take-along", {})) <= 12


def _post_counted(client: Any, seen: list[str], url: str, data: dict[str, Any]) -> Any:
    """Post, and count only that request."""
    seen.clear()
    return post(client, url, data)
