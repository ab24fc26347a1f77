"""Every page is readable for everybody: axe (WCAG 2.2 AA) finds nothing, nothing scrolls sideways, the keyboard works.

Two runs look at each page twice, and so cover each pair of Dutch or English, light or dark, a phone or a wide screen.
Axe is asked everything at the first look, then what other colours and another width can change, in English what other
words can; how wide a page is, at each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import update

from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.people import links
from portfolio.people.models import Person
from portfolio.settings import load_settings
from tests.browser.mails import newest_link
from tests.browser.moments import MOMENTS
from tests.browser.pages import NO_PAGES, PAGES
from tests.browser.places import find_places
from tests.browser.steps import send

RUNS = {"nl": (("light", 320), ("dark", 1280)), "en": (("light", 1280), ("dark", 320))}
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}
LOOKS, WORDS = ("color-contrast", "target-size"), ("html-has-lang", "html-lang-valid", "html-xml-lang-mismatch")
ONLY: dict[tuple[str, ...], dict[str, Any]] = {
    rules: OPTIONS | {"runOnly": {"type": "rule", "values": rules}, "rules": {}} for rules in (LOOKS, WORDS)
}
FULLY = "nl"
"""In this language every rule is asked: the elements and their colours are the same in the other."""
UNFOLD = "() => document.querySelectorAll('main details').forEach(one => { one.open = true })"
LINKS = """() => [...document.querySelectorAll('a[href]')].filter(one => one.host === location.host)
                 .map(one => one.pathname)"""
ELSEWHERE = {"people.invitation", "people.reset", "people.new_address", "people.setup", "people.forgot_sent",
             "people.invitation_declined"}  # fmt: skip
"""Pages to which a mail, the command line or a form leads."""
FACTS = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
  strips: document.querySelectorAll('.strip').length,
  signedIn: document.querySelectorAll('.account').length,
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
})"""
FOCUS = """() => {
  const here = document.activeElement, looks = getComputedStyle(here);
  return {name: here.className || here.tagName, id: here.id, href: here.getAttribute('href'),
          seen: looks.outlineStyle !== 'none' && parseFloat(looks.outlineWidth) >= 1};
}"""


@pytest.fixture(scope="module")
def app(data: Path, site: str) -> App:
    """The site's application, for its addresses."""
    return create_app(load_settings({"PORTFOLIO_DATA": str(data), "PORTFOLIO_BASE_URL": site}))


@pytest.fixture(autouse=True)
def dutch_again(database: Database) -> Iterator[None]:
    """Who looked at pages in English reads Dutch again: the site is the other journeys' as well."""
    yield
    with database.write() as session:
        session.execute(update(Person).values(language="nl"))


@pytest.fixture(scope="module")
def letters() -> dict[str, str]:
    """One-time links, once they were asked for."""
    return {}


def ask_for_links(visit: Callable[..., Page], database: Database, letters: dict[str, str]) -> None:
    """Get a link of each purpose, as people do; the one for a first school comes from the command line."""
    if letters:
        return
    admin = visit("mirjam", javascript=False)
    with database.read() as session:
        school = find_places(session, "mirjam")["school"]
    admin.goto(f"/s/{school}/people/new")
    admin.fill("[name=name]", "Sanne Nieuw")
    admin.fill("[name=email]", "sanne.nieuw@example.org")
    send(admin)
    guest = visit(None, javascript=False)
    guest.goto("/forgot")
    guest.fill("[name=email]", "daan@example.org")
    send(guest)
    yara = visit("yara", javascript=False)
    yara.goto("/account/email")
    yara.fill("[name=email]", "yara.elders@example.org")
    yara.fill("[name=current_password]", "samen-delen-2026")
    send(yara)
    with database.write() as session:
        letters["setup"] = "/setup/" + links.make_link(session, links.SETUP, dt.datetime.now(dt.UTC))
    letters["invitation"] = newest_link(visit, "sanne.nieuw@example.org", "invitation")
    letters["reset"] = newest_link(visit, "daan@example.org", "reset")
    letters["new_address"] = newest_link(visit, "yara.elders@example.org", "new-address")


def problems_of(page: Page, name: str, language: str, width: int) -> list[str]:
    """What is wrong with the page as it is shown now, with everything in it unfolded."""
    if not name.startswith("menu"):
        page.evaluate(UNFOLD)
    found = [f"{name}: {rule}" for rule in violations(page, OPTIONS if language == FULLY else ONLY[WORDS])]
    return found + problems_of_width(page, name, language, width) + keyboard_problems(page, name)


def problems_of_width(page: Page, name: str, language: str, width: int) -> list[str]:
    """What is wrong with how it is laid out, or missing."""
    found = []
    facts = page.evaluate(FACTS)
    if facts["lang"] != language:
        found.append(f"{name}: lang is {facts['lang']}")
    if facts["headings"] != 1:
        found.append(f"{name}: {facts['headings']} headings h1")
    if facts["width"] > facts["room"] or (width == 320 and facts["width"] > 320):
        found.append(f"{name}: scrolls sideways ({facts['width']} in {facts['room']})")
    if facts["signedIn"] and not facts["strips"] and not page.locator(".empty--error").count():
        found.append(f"{name}: doesn't say who sees it")
    return found


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds: rule, place and the reason. It's put into a page once, however often that is looked at."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in page.evaluate("options => axe.run(options).then(found => found.violations)", options)
        for node in rule["nodes"]
    ]


def keyboard_problems(page: Page, name: str) -> list[str]:
    """The first stop is visible: the link to the text, which works, unless the page puts the focus elsewhere."""
    begun = page.evaluate("() => document.activeElement !== document.body || location.hash !== ''")
    page.keyboard.press("Tab")
    stop = page.evaluate(FOCUS)
    found = [] if stop["seen"] else [f"{name}: no focus to be seen on {stop['name']}"]
    if begun:
        return found
    if stop["href"] != "#main":
        return [*found, f"{name}: the first stop is {stop['name']}, not the link to the text"]
    page.keyboard.press("Enter")
    if page.evaluate(FOCUS)["id"] != "main":
        found.append(f"{name}: the link to the text doesn't lead there")
    return found


@pytest.mark.parametrize("language", RUNS)
def test_every_page_is_readable_for_everybody(
    visit: Callable[..., Page],
    database: Database,
    app: App,
    letters: dict[str, str],
    language: str,
) -> None:
    (scheme, width), (other_scheme, other_width) = RUNS[language]
    ask_for_links(visit, database, letters)
    adapter = app.url_map.bind("localhost")
    pages: dict[str | None, Page] = {}
    places: dict[str | None, dict[str, str]] = {None: letters}
    problems: list[str] = []
    linked: set[str] = set()

    def open_as(who: str | None) -> Page:
        return visit(who, language=language, scheme=scheme, width=width)

    def places_of(who: str) -> dict[str, str]:
        with database.read() as session:
            return find_places(session, who)

    def look(page: Page, name: str) -> None:
        linked.update(page.evaluate(LINKS))
        problems.extend(problems_of(page, name, language, width))
        show_as(page, other_scheme, other_width)
        if language == FULLY:
            rules = violations(page, ONLY[LOOKS])
            problems.extend(f"{name}, {other_scheme} {other_width}: {rule}" for rule in rules)
        problems.extend(problems_of_width(page, f"{name}, {other_width}", language, other_width))
        show_as(page, scheme, width)

    for seen in PAGES:
        if seen.who not in pages:
            pages[seen.who] = open_as(seen.who)
            places.setdefault(seen.who, places_of(seen.who) if seen.who else letters)
        page, address = pages[seen.who], seen.address.format(**places[seen.who])
        answer = page.goto(address)
        name = f"{seen.who or 'visitor'} {address}"
        if answer is None or answer.status != seen.status:
            problems.append(f"{name}: status {answer and answer.status}, not {seen.status}")
        assert adapter.match(urlsplit(page.url).path)[0] == seen.route, f"{address} is not {seen.route}"
        look(page, name)
    for moment in MOMENTS:
        moment(open_as, places_of, look)
    ways = {adapter.match(path)[0] for path in linked if adapter.test(path, method="GET")}
    problems += [f"{route}: no link leads there" for route in {seen.route for seen in PAGES} - ways - ELSEWHERE]
    assert not problems, "\n" + "\n".join(problems)


def show_as(page: Page, scheme: Any, width: int) -> None:
    """The same page in other colours and on another screen, without asking for it again."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def test_every_page_has_its_line(app: App) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    lines = {seen.route for seen in PAGES}
    assert routes - lines - set(NO_PAGES) == set(), "a page that no run looks at"
    assert set(NO_PAGES) - routes == set(), "a reason for a route that isn't there"
    assert lines & set(NO_PAGES) == set()


def test_axe_would_find_what_is_wrong(visit: Callable[..., Page]) -> None:
    page = visit(None, width=320)
    page.goto("/sign-in")
    assert problems_of(page, "sign-in", "nl", 320) == []
    page.goto("/sign-in")
    assert violations(page, OPTIONS) == []  # so that what axe found before isn't what it finds later
    page.evaluate(
        """() => {
          const main = document.querySelector('main'), say = (tag, style) => {
            const made = document.createElement(tag);
            Object.assign(made.style, style);
            main.append(made);
            return made;
          };
          say('input', {});
          say('p', {color: '#999', background: '#aaa'}).textContent = 'Nauwelijks te lezen';
          say('h1', {width: '900px'}).textContent = 'Nog een titel';
          for (const word of ['a', 'b']) {
            const made = say('button', {width: '9px', height: '9px', padding: 0, border: 0, margin: 0});
            made.setAttribute('aria-label', word);
          }
          document.querySelector('.skip-link').style.outline = 'none';
          document.documentElement.lang = 'en';
        }"""
    )
    found: Any = "\n".join(problems_of(page, "sign-in", "nl", 320))
    for problem in ("label at", "color-contrast at", "target-size at", "2 headings", "sideways", "no focus", "lang is"):
        assert problem in found, f"{problem} not among\n{found}"
