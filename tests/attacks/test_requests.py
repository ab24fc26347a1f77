"""Requests no browser sends: bodies too large for their page, addresses no file can have, links by the thousand."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from portfolio.entries import linking
from portfolio.entries.tests.entries_world import address, browser, make_world
from portfolio.errors import Refused
from portfolio.sections.evidence.kinds import Evidence
from portfolio.web import FORM_BYTES, ClosingRequest

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
