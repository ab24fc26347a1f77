"""For the access matrix of a plugin: its rows are written by hand; these ask the pages, and look for what has no row.

A row is a method and an address, and what each role gets there: statuses in the order of the roles, as "302 200 404".
An address of a row may leave out or name what a test fills in; `page` makes the whole address of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portfolio.app import App
from portfolio.testing import post

Row = tuple[str, str]
Page = Callable[[str], str]


def ask_rows(
    rows: Iterable[Row], browsers: Mapping[str, Any], page: Page, form: Callable[[str], Mapping[str, str]]
) -> dict[Row, str]:
    """What each role gets of each row. `browsers` are by role, in the order of a row; `form` is what a role sends."""
    got = {}
    for method, address in rows:
        answers = [
            browser.get(page(address)) if method == "GET" else post(browser, page(address), dict(form(role)))
            for role, browser in browsers.items()
        ]
        got[method, address] = " ".join(str(answer.status_code) for answer in answers)
    return got


def list_rowless(app: App, plugin: str, rows: Iterable[Row], page: Page) -> set[Row]:
    """The plugin's routes, as method and rule, to which no row leads. Raises NotFound for a row that leads nowhere."""
    adapter = app.url_map.bind("localhost")
    there = {(method, adapter.match(page(address), method, return_rule=True)[0].rule) for method, address in rows}
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{plugin}.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } - there


def forge_rows(
    rows: Iterable[Row], browsers: Mapping[str, Any], page: Page, form: Callable[[str], Mapping[str, str]]
) -> dict[Row, set[int]]:
    """What each row that writes answers to who is signed in and sends a form that isn't ours: without its token."""
    return {
        (method, address): {
            browser.post(page(address), data=dict(form(role))).status_code
            for role, browser in browsers.items()
            if role != "anonymous"
        }
        for method, address in rows
        if method != "GET"
    }
