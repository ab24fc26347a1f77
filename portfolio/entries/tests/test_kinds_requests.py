"""A kind's form and the request it comes from: its token, and what is no form."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from portfolio.clock import today
from portfolio.entries.tests.all_of_it import BASE, METHOD, AllOfIt


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for this test", WTF_CSRF_ENABLED=False)
    return app


@pytest.mark.parametrize(
    "request_options",
    [
        {
            "data": {
                name: (io.BytesIO(b"\xff\x00"), "a.txt")
                for name in ("title", "happened_on", "choice", "seen", "rows-0-who")
            }
        },
        {"json": {"title": 5, "happened_on": ["2026"], "choices": {"a": 1}}},
        {"json": [1, 2, 3]},
        {"data": b"\xff\xfe\x00=%ff&title=%ff%00", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"", "content_type": "multipart/form-data; boundary=x"},
    ],
)
def test_files_and_json_where_a_form_belongs_give_messages(app: Flask, request_options):
    with app.test_request_context(method="POST", **request_options):
        form = AllOfIt.form_class(METHOD)()
        assert not form.validate_on_submit()
        assert "happened_on" in form.errors


def test_a_form_reads_the_request_and_wants_its_token(app: Flask):
    with app.test_request_context(method="POST", data=BASE | {"line": "Een zin"}):
        form = AllOfIt.form_class()()
        assert form.validate_on_submit(), form.errors
        assert AllOfIt.from_form(form).content["line"] == "Een zin"
        app.config["WTF_CSRF_ENABLED"] = True
        form = AllOfIt.form_class()()
        assert not form.validate_on_submit()
        assert list(form.errors) == ["csrf_token"]


def test_opening_a_page_does_not_read_the_address_as_a_form(app: Flask):
    with app.test_request_context(query_string={"title": "uit het adres"}):
        form = AllOfIt.form_class()()
        assert not form.title.data
        assert form.happened_on.data == today()
