"""Small steps that every journey takes, by what stands in the pages and not by scripts."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import Locator, Page, expect

PASSWORD = "drie-blauwe-fietsen"
"""Of the accounts that a journey makes."""


def send(page: Page, form: str = "main form.form") -> None:
    """Press the main button of a form and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(f"{form} button[type=submit]").first.click()


def press(page: Page, button: Locator) -> None:
    """Press a button or link and wait for the page that answers."""
    with page.expect_navigation():
        button.first.click()


def unfold(fold: Locator) -> None:
    """Open a <details>, by its own summary, unless it's open."""
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()


def portfolio_of(page: Page) -> str:
    """The id of the portfolio of who is signed in on the page."""
    address = page.locator("a[href*='/goals/']").first.get_attribute("href") or ""
    found = re.search(r"/p/([0-9a-f-]{36})/", address)
    assert found, address
    return found[1]


def write(page: Page, section: str, kind: str, **fields: str) -> str:
    """Write an entry by its form, with only texts in it; returns its address."""
    page.goto("/")
    page.goto(f"/p/{portfolio_of(page)}/{section}/new/{kind}")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    send(page)
    expect(page.locator("h1")).to_have_text(fields["title"])
    return page.url


def share(page: Page, address: str, whom: str) -> None:
    """Share an entry with whoever is offered under this name."""
    page.goto(address)
    unfold(page.locator("#who"))
    unfold(page.locator("#who details.add"))
    page.locator("#who label", has_text=whom).first.click()
    send(page, "#who form.form")
    expect(page.locator("#who .shares")).to_contain_text(whom)


def status_of(page: Page, address: str) -> int:
    """Open an address; returns the status of the answer."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def choose_password(page: Page, password: str = PASSWORD) -> None:
    """Fill in a new password, twice, and send it."""
    page.fill("[name=password]", password)
    page.fill("[name=password_again]", password)
    send(page)


def sign_in_as(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form; what follows is for the caller to look at."""
    page.goto("/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    send(page)


def photo() -> bytes:
    """A JPEG that says where and with what it was taken."""
    picture, exif, out = Image.new("RGB", (64, 48), "#2f6f73"), Image.Exif(), io.BytesIO()
    exif[0x010F] = "KANARIE-camera"
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 0.0)
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def is_drawn(picture: Locator) -> bool:
    """Whether a picture has arrived and can be seen."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("one => one.decode()")
    return bool(picture.evaluate("one => one.naturalWidth > 0"))
