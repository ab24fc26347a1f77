"""Requests no browser sends: bodies too large for their page, addresses no file can have, links by the thousand."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from portfolio.entries import linking
from portfolio.entries.tests.entries_world import address, browser, make_world
from portfolio.errors import Refused
from portfolio.sections.evidence.kinds import Evidence
from portfolio.web import FORM_BYTES, ClosingRequest, CountingParser

FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="groot.txt"\r\n\r\n%s\r\n--x--\r\n'
SEND = {"data": FILE % (b"0" * FORM_BYTES), "content_type": "multipart/form-data; boundary=x"}


def test_a_page_takes_no_more_than_it_can_use(client: Any, app: Any, database: Any) -> None:
    world = make_world(database)
    files = address(world, world.write(), "files")
    fenna = browser(app, world.fenna)
    for anybody, path in (
        (client, "/sign-in"), (client, "/account/bring-back"), (client, files),
        (fenna, "/account"), (fenna, "/circles"),
    ):  # fmt: skip
        assert anybody.post(path, **SEND).status_code == 413, path
    for path in (files, "/account/bring-back"):
        assert fenna.post(path, **SEND).status_code == 400, "taken in; only then the form's proof is missed"


def test_an_address_that_no_file_can_have_is_a_404(client: Any) -> None:
    for path in ("%00", "base.css%00", "..%00/secret_key"):
        assert client.get(f"/static/base/0/{path}").status_code == 404


def test_links_by_the_thousand_are_refused_before_the_database_is_asked(database: Any) -> None:
    world = make_world(database)
    entry = world.write("Met bewijs", Evidence)
    many = [uuid.uuid4() for _number in range(70_000)]
    with world.scope(world.fenna) as scope, pytest.raises(Refused):
        linking.set_links(scope, entry, Evidence, {"shows": many})


def test_an_upload_refused_halfway_leaves_no_file_open(client: Any) -> None:
    opened: list[Any] = []

    class Listening(ClosingRequest):
        def _get_file_stream(self, *args: Any, **kw: Any) -> Any:
            opened.append(super()._get_file_stream(*args, **kw))
            return opened[-1]

    client.application.request_class = Listening
    body = b"--edge\r\n" + b"\r\n".join(
        b'Content-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n' + b"x" * 600_000 + b"\r\n--edge"
        for _ in range(4)
    )  # and no end
    client.post("/sign-in", data=body, content_type="multipart/form-data; boundary=edge")
    assert opened and all(stream.closed for stream in opened)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("body", ["a=1&" * 600_000, "&".join(f"{number:x}=" for number in range(2_000)), "&" * 1_000])
def test_a_form_of_more_fields_than_any_page_has_is_refused_unread(client: Any, body: str) -> None:
    answer = client.post("/sign-in", data=body, content_type=FORM)
    assert answer.status_code == 413
    assert "Dit is te groot" in answer.text
    client.set_cookie("language", "en")
    assert "This is too large" in client.post("/sign-in", data=body, content_type=FORM).text


def test_a_form_without_a_file_is_read_no_further_than_forms_go_also_where_an_upload_may_be_large() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size, 65_536) if size and size > 0 else size)

    assert CountingParser().parse(Slow(b"a=" + b"x" * 200_000), FORM, None)[1]["a"] == "x" * 200_000
    body = Slow(b"a=" + b"x" * (4 * FORM_BYTES))
    with pytest.raises(RequestEntityTooLarge):
        CountingParser(max_form_parts=1_000).parse(body, FORM, None)
    assert body.tell() <= FORM_BYTES + 1


def test_a_form_of_as_many_fields_as_a_page_may_have_is_read(client: Any) -> None:
    answer = client.post("/sign-in", data="&" * 999, content_type=FORM)
    assert answer.status_code == 400, "taken in; only then the form's proof is missed"
    asked = client.application.test_request_context(
        "/sign-in", method="POST", data="a=%C3%A9+%26&a=&b=%ED%A0%80&c", content_type=FORM
    )
    with asked as context:
        form = context.request.form
        assert form.getlist("a") == ["é &", ""] and form["c"] == "" and "\ud800" not in form["b"]
