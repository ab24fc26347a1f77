"""One-time links as people get them: from the demo's page with mail, which shows a visitor all of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page

SECONDS = 30


def newest_link(visit: Callable[..., Page], to: str, path: str) -> str:
    """The newest link of the form /`path`/<token> in the mails to an address. Raises AssertionError for none."""
    page = visit(None)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        page.goto("/mail")
        mails = page.locator("main section").filter(has=page.get_by_text(to, exact=True))
        for mail in mails.all():
            found = re.search(rf"/{path}/[\w-]+", mail.inner_text())
            if found:
                return found[0]
        page.wait_for_timeout(500)  # some mails are written by the worker, a moment after the request
    raise AssertionError(f"no mail to {to} with a link to /{path}/")
