"""Fenna takes everything along, reads it without a network, and brings it back elsewhere, the same."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serving
from tests.browser.steps import choose_password, is_drawn, portfolio_of, press, send


def test_everything_goes_along_opens_offline_and_comes_back(
    visit: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    fenna = visit("fenna", javascript=False)
    fenna.goto("/account/take-along")
    fingerprint = fenna.locator("#along code").inner_text()
    with fenna.expect_download() as download:
        fenna.locator("#along form button").click()
    archive = tmp_path / "fenna.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "taken")
    read_offline(browser, tmp_path / "taken", fingerprint)

    daan = visit("daan", javascript=False)
    daan.goto("/account/bring-back")
    assert daan.locator("[name=archive]").count() == 0, "only an empty account takes it"

    with serving(tmp_path, "setup") as (elsewhere, said):
        newcomer = begin_elsewhere(visit, said)
        newcomer.goto(f"{elsewhere}/account/take-along")
        press(newcomer, newcomer.locator("main a[href='/account/bring-back']"))
        newcomer.set_input_files("[name=archive]", archive)
        send(newcomer)
        expect(newcomer.locator(".messages")).to_contain_text("Alles is precies zoals je het meenam.")
        expect(newcomer.locator("#along code")).to_have_text(fingerprint)
        own = goals(fenna, "")
        assert len(own) >= 3 and goals(newcomer, elsewhere) == own
        newcomer.close()


def goals(page: Page, site: str) -> list[str]:
    """The titles of somebody's own goals: what they wrote with others isn't among them."""
    page.goto(f"{site}/")
    page.goto(f"{site}/p/{portfolio_of(page)}/goals/")
    return page.locator("main .entry-row__title").all_inner_texts()


def read_offline(browser: Browser, folder: Path, fingerprint: str) -> None:
    """Walk through the pages of an archive in a browser without a network; nothing may be asked of one."""
    context = browser.new_context(offline=True)
    asked: list[str] = []
    failed: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((folder / "index.html").as_uri())
    expect(page.locator("h1")).to_contain_text("Fenna Voorbeeld")
    expect(page.locator("footer code")).to_have_text(fingerprint)
    links = page.locator(".entries a").all()
    addresses = {link.get_attribute("href") or "" for link in links}
    assert len(addresses) >= 60
    illustrated = next(one for one in sorted(addresses) if "<img" in (folder / one).read_text())
    press(page, page.locator(f".entries a[href='{illustrated}']"))
    assert is_drawn(page.locator("article img").first)
    press(page, page.locator("nav a"))
    assert page.url.endswith("/index.html")
    styled = page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")
    assert styled != "none", "the archive's style sheet has no effect"
    assert asked and all(url.startswith("file://") for url in asked)
    assert not failed
    context.close()


def begin_elsewhere(visit: Callable[..., Page], said: str) -> Page:
    """The empty account of who sets up another server, with the link that its command line printed."""
    link = re.search(r"http://\S+/setup/[\w-]+", said)
    assert link, said
    person = visit(None, javascript=False)
    person.goto(link[0])
    person.fill("[name=school]", "Lyceum De Overkant")
    person.fill("[name=name]", "Fenna Voorbeeld")
    person.fill("[name=email]", "fenna@example.org")
    choose_password(person)
    return person
