"""A demo has known passwords: it answers this machine only, and nothing that was forwarded, on every address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from portfolio.testing import DIALECTS
from tests.pages.conftest import make_built
from tests.pages.house import House
from tests.pages.test_access_matrix import ROWS
from tests.pages.world import CANARY

FORWARDED = {
    "Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "localhost",
    "X-Forwarded-Proto": "https", "X-Real-IP": "192.0.2.1", "Via": "1.1 proxy",
    "X-Forwarded-Server": "proxy", "X-Original-Host": "portfolio.example.org", "CF-Connecting-IP": "192.0.2.1",
}  # fmt: skip
HERE = ("localhost", "localhost:8000", "127.0.0.1", "127.0.0.1:65000", "[::1]", "[::1]:8000")
ELSEWHERE = (
    "portfolio.example.org", "192.168.1.20:8000", "localhost.example.org", "127.0.0.1.example.org", "127.0.0.2",
    "0.0.0.0", "[::2]", "example.org:127.0.0.1", "localhost@example.org", "",
)  # fmt: skip
ANYWHERE = ("/", "/sign-in", "/healthz", "/mail", "/static/base/0/base.css", "/static/base/0/nothing.css", "/nergens")


@pytest.fixture(scope="module", params=DIALECTS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The world, as a demonstration."""
    found = House(*make_built(request.param, tmp_path_factory.mktemp("demo"), demo=True))
    yield found
    found.close()


def ask(demo: House, role: str, path: str, method: str = "GET", **headers: str) -> Any:
    """One request with these headers; `Host` as well."""
    host = headers.pop("Host", "localhost")
    found = demo.browser(role, "localhost")
    return found.open(path, method=method, headers=headers, environ_overrides={"HTTP_HOST": host})


@pytest.mark.parametrize("host", HERE)
def test_it_answers_this_machine_by_any_port(demo: House, host: str) -> None:
    for path in ("/sign-in", "/healthz", "/static/base/0/base.css"):
        answer = ask(demo, "anonymous", path, Host=host)
        assert answer.status_code == 200, path
        answer.close()


@pytest.mark.parametrize("host", ELSEWHERE)
def test_it_answers_no_other_name(demo: House, host: str) -> None:
    for path in ANYWHERE:
        for role in ("anonymous", "owner"):
            for method in ("GET", "POST"):
                answer = ask(demo, role, path, method, Host=host)
                assert answer.status_code in (400, 421), f"{method} {path} for {host!r}: {answer.status_code}"
                assert CANARY not in answer.text


@pytest.mark.parametrize("header", FORWARDED)
def test_it_answers_nothing_that_was_forwarded(demo: House, header: str) -> None:
    rows = ROWS if header == "Via" else ROWS[:12]
    for row in rows:
        address = demo.world.address(row.address)
        for role in ("anonymous", "owner"):
            answer = ask(demo, role, address, row.method, **{header: FORWARDED[header]})
            assert answer.status_code == 421, f"{row}: {answer.status_code}"
            assert "Content-Security-Policy" in answer.headers


def test_what_is_no_demo_answers_any_name(house: House) -> None:
    answer = house.browser().get("/sign-in", headers={"Host": "portfolio.example.org", "Via": "1.1 proxy"})
    assert answer.status_code == 200


def test_a_database_that_became_a_demo_after_the_start_is_guarded_too(house: House) -> None:
    with house.app.database.write() as session:
        session.execute(text("INSERT INTO installation (key, value) VALUES ('demo', 'yes')"))
    house.dirty = True
    try:
        for _turn in range(2):
            assert house.browser("owner").get("/", headers={"Via": "1.1 proxy"}).status_code == 421
    finally:
        house.app.is_demo = False
