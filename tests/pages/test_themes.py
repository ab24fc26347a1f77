"""Every page is there in every theme, and a theme may look as it likes but loses nothing: no link, no form, no word.

Plugins show their own pages in every theme by their contract. Whose school has which theme is left out here, so that
visitors' pages, and those of who has no school, are looked at too.
"""

from __future__ import annotations

import re

import pytest

from portfolio import templating, web
from portfolio.themes import BASE
from tests.pages.house import House, Page
from tests.pages.test_access_matrix import ROWS

STATIC = re.compile(r"/static/([a-z_]+)/")
HEADINGS = re.compile(r"<h([1-3])[^>]*>(.*?)</h\1>", re.DOTALL)

Seen = dict[tuple[str, str], str]


def see(house: House) -> Seen:
    """Every page somebody may read, as the first who may, and one that isn't there."""
    found: Seen = {}
    for row in ROWS:
        who = next((role for role, got in row.by_role.items() if got == "200"), None)
        if row.method != "GET" or who is None:
            continue
        answer = house.browser(who).get(house.world.address(row.address))
        assert answer.status_code == 200, row
        if answer.mimetype == "text/html":
            found[row.address, who] = answer.text
        answer.close()
    found["nowhere", "owner"] = house.browser("owner").get("/nowhere").text
    return found


def what_is_in(html: str) -> tuple[list[str], list[tuple[str, list[str]]], set[str], list[str]]:
    """Links, forms with what they ask, ids and headings of a page."""
    page = Page(html)
    forms = [(form.action, sorted({*form.values, *form.typed, *form.choices, *form.files})) for form in page.forms]
    headings = [re.sub(r"\s+", " ", words).strip() for _level, words in HEADINGS.findall(html)]
    return sorted(page.links), sorted(forms), page.ids - {""}, headings


@pytest.mark.parametrize("built", ["sqlite"], indirect=True)  # a template knows no database
def test_every_page_is_there_in_every_theme_with_all_that_is_in_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = see(house)
    assert len(plain) > 50
    others = sorted(set(house.app.themes.themes) - {BASE})
    assert others, "at least one other theme"
    for theme in others:
        for module in (web, templating):
            monkeypatch.setattr(module, "theme_name", lambda theme=theme: theme)
        for place, html in see(house).items():
            assert set(STATIC.findall(html)) == {theme}, f"{place} in {theme}"
            assert what_is_in(html) == what_is_in(plain[place]), f"{place} in {theme}"
            assert Page(html).inline == [], f"{place} in {theme}"
