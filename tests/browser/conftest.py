"""A real server on the demo world, and a real browser; any console error or CSP violation fails the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from portfolio.db import Database

ROOT = Path(__file__).parents[2]
PASSWORD = "samen-delen-2026"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# For each context Chromium would draw the popup of an address bar that nobody sees: half of what a context costs.
FLAGS += ["--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"]
PATIENCE = 20_000
"""Milliseconds until what should happen in a page is given up."""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the site's database and attachments."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def database(data: Path, site: str) -> Iterator[Database]:
    """The site's own database, to look up what lies where."""
    found = Database(f"sqlite:///{data / 'portfolio.sqlite'}")
    yield found
    found.close()


@pytest.fixture(scope="session")
def site(data: Path) -> Iterator[str]:
    """The address of a running server with the demo world; its worker runs beside it, as for a user."""
    with serving(data, "demo") as (address, _said):
        yield address


@contextmanager
def serving(data: Path, filled_by: str) -> Iterator[tuple[str, str]]:
    """A server on a new database filled by `portfolio demo` or `setup`: its address, and what that command said."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTFOLIO_")}
    environ |= {"PORTFOLIO_DATA": str(data), "PORTFOLIO_BASE_URL": address, "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-m", "portfolio.cli"]
    said = subprocess.run([*run, filled_by], env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with (data / "log").open("wb") as log:
        server = subprocess.Popen([*run, "serve", "--port", str(port)], env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait_for(f"{address}/healthz", server)
        yield address, said
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer in a minute")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed on this machine."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "no Chromium found; dev.py says how to install it"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(who, ...)`: a page signed in as somebody (None: nobody) in a browser of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        who: str | None, *, width: int = 1280, language: str = "nl", scheme: str = "light", javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="nl-NL" if language == "nl" else "en-GB",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        contexts.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": site}])
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE)
        page = context.new_page()
        page.on("response", lambda response: _look(response, complaints))
        page.on("console", lambda message: _listen(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if who is not None:
            sign_in(page, who)
            speak(page, language)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _look(response: Response, complaints: list[str]) -> None:
    """A style, font or picture that a page asks for and doesn't get is an error of that page."""
    if response.status >= 400 and not response.request.is_navigation_request():
        complaints.append(f"{response.status} {response.url}")


def _listen(message: Any, complaints: list[str]) -> None:
    """Errors of our pages; a status of 4xx that a test asks for is no error of a page."""
    if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
        complaints.append(f"{message.type}: {message.text}")


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo's people, by the form."""
    page.goto("/sign-in")
    page.fill("[name=email]", f"{who}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    assert "/sign-in" not in page.url


def speak(page: Page, language: str) -> None:
    """Have the account's pages be in this language."""
    if page.locator("html").get_attribute("lang") != language:
        page.click(f"button[name=language][value={language}]")
        page.wait_for_load_state()
