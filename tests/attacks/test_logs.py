"""What a broken page leaves in the log: where it broke, and not a word that somebody wrote."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from portfolio.db import Database
from portfolio.settings import Settings
from portfolio.testing import sign_in
from portfolio.web import this_scope
from tests.demo_loading import demo_app, make_teacher

CANARY = "kanarie-in-de-kolenmijn"


def fails_in_python() -> None:
    raise ValueError(f"invalid literal for int() with base 10: '{CANARY}'")


def fails_in_sql() -> None:
    this_scope().session.execute(text("SELECT nothing FROM nowhere WHERE title = :title"), {"title": CANARY})


@pytest.mark.parametrize("fail", [fails_in_python, fails_in_sql])
def test_a_broken_page_logs_where_and_no_word_of_anybody(
    database: Database, settings: Settings, caplog: Any, fail: Any
) -> None:
    app = demo_app(database, settings, testing=False)

    def broken() -> None:
        fail()

    broken.needs = "person"  # type: ignore[attr-defined]
    app.view_functions["people.circles"] = broken
    page = sign_in(app.test_client(), make_teacher(database).person).get("/circles")
    assert page.status_code == 500 and CANARY not in page.text
    assert CANARY not in caplog.text
    assert "people.circles" in caplog.text and fail.__name__ in caplog.text
