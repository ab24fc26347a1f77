"""One-time links as people get them: from the demo's page with mail, which shows a visitor all of it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

Visit = Any
"""The fixture `visit`, which opens a page as somebody."""


def newest_link(visit: Visit, to: str, path: str) -> str:
    """The path of the newest link of the form /`path`/<token> in the mails to an address."""
    page: Page = visit(None, javascript=False)
    page.goto("/mail")
    mails = page.locator("main section").filter(has=page.get_by_text(to, exact=True))
    for mail in mails.all():
        found = re.search(rf"/{path}/[\w-]+", mail.inner_text())
        if found:
            return found[0]
    raise AssertionError(f"no mail to {to} with a link to /{path}/")
