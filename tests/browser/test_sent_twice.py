"""A real browser, without scripts: two clicks, and back to send the words it kept once more."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from portfolio.db import Database
from portfolio.entries.models import Entry
from tests.browser.steps import portfolio_of, send


def test_two_clicks_and_going_back_make_one_goal(visit: Callable[..., Page], database: Database) -> None:
    page = visit("daan", javascript=False)
    title = "Ik wil maar één keer op de knop drukken."
    page.goto(f"/p/{portfolio_of(page)}/goals/new/goal")
    page.fill("[name=title]", title)
    page.locator("main form.form button[type=submit]").first.dblclick(no_wait_after=True)
    expect(page.locator("h1")).to_have_text(title)
    address = page.url
    page.go_back()
    expect(page.locator("[name=title]")).to_have_value(title)
    send(page)
    expect(page.locator("h1")).to_have_text(title)
    assert page.url == address
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.title == title)) == 1
