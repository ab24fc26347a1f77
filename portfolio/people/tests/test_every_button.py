"""Mirjam, administrator of Fenna's school, presses every button there is for her, and never becomes Fenna."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio.people.models import Person, SignIn
from portfolio.people.tests.accounts_world import NEW, do_jobs, mails, make_world
from portfolio.testing import PASSWORD, sign_in

HERS = "mirjam.two@example.org"
LEAVES = ("/sign-out", "/account/close", "/account/browsers/end-all")
"""They end the walk, and give her nothing."""
WAY_IN = re.compile(r"/(?:invitation|reset|new-address|setup)/[\w-]{20,}")


class Page(HTMLParser):
    """The links of a page, and its forms as address and fields."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._path, self._select = path, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what leads somewhere or can be filled in."""
        found = {name: value or "" for name, value in attributes}
        if tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"].partition("#")[0])
        if tag == "form" and found.get("method", "").lower() == "post":
            self.forms.append((found.get("action") or self._path, {}))
        if tag == "select":
            self._select = found.get("name", "")
        if not self.forms:
            return
        fields = self.forms[-1][1]
        if tag in ("input", "textarea", "select", "button") and found.get("name"):
            fields.setdefault(found["name"], []).append(found.get("value", ""))
        if tag == "option" and self._select:
            fields[self._select].append(found.get("value", ""))


def _text(answer: Any) -> str:
    """What she reads (nothing for a file); closes the answer."""
    text = str(answer.text) if answer.mimetype == "text/html" else ""
    answer.close()
    return text


def _filled(fields: dict[str, list[str]], fenna: Person, address: str) -> dict[str, str]:
    """What she would fill in to reach Fenna's account."""
    form = {}
    for name, values in fields.items():
        if "password" in name:
            form[name] = PASSWORD if "current" in name else NEW
        elif "email" in name:
            form[name] = address
        elif str(fenna.id) in values:
            form[name] = str(fenna.id)
        else:
            form[name] = next((value for value in reversed(values) if value), "iets")
    return form


@pytest.mark.parametrize("address", [HERS, "fenna@example.org"])
def test_no_button_of_an_administrator_opens_fennas_account(
    client: Any, database: Any, app: Any, address: str
) -> None:
    world = make_world(database)
    seen, todo, pressed, read = set(), ["/", f"/s/{world.school.id}/", "/account", "/forgot", "/recover"], set(), ""
    sign_in(client, world.mirjam)
    while todo:
        path = todo.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        page = client.get(path, follow_redirects=True)
        text = _text(page)
        read += text
        found = Page(text, page.request.path)
        todo += found.links
        for action, fields in found.forms:
            key = (re.sub(r"[0-9a-f-]{36}", "*", action), *sorted(set(fields) - {"csrf_token", "next"}))
            if action in LEAVES or key in pressed:
                continue
            pressed.add(key)
            answer = client.post(action, data=_filled(fields, world.fenna, address))
            assert answer.status_code < 500
            read += _text(answer)
            todo += [answer.location] if answer.location else []
            if client.get("/account").status_code != 200:
                sign_in(client, world.mirjam)
            assert 'value="Fenna Voorbeeld"' not in client.get("/account").text
    assert len(pressed) >= 8, pressed
    do_jobs(client)
    to_her = "".join(mail.body for mail in mails(database) if mail.to_address != "fenna@example.org")
    for way_in in set(WAY_IN.findall(read + to_her)):
        stranger = app.test_client()
        form = Page(stranger.get(way_in).text, way_in).forms
        stranger.post(way_in, data=_filled(form[0][1] if form else {}, world.fenna, address))
    with database.read() as session:
        fenna = session.get_one(Person, world.fenna.id)
        assert (fenna.email, fenna.password_hash) == ("fenna@example.org", world.fenna.password_hash)
        assert session.scalar(select(func.count()).where(SignIn.person_id == fenna.id)) == 0
