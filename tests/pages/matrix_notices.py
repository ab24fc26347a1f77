"""Who gets the page with mails: nobody, where it is no demonstration."""

from __future__ import annotations

from tests.pages.matrix import Row

ROWS = [Row("GET", "/mail", "404 404 404 404 404 404 404 404 404")]
