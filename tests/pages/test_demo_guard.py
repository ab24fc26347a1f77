"""A demo has known passwords: it answers this machine only, and nothing that was forwarded, on every address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from portfolio import cli
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The world, as a demonstration; on SQLite, since it refuses before a database is asked anything else."""
    found = House(*make_built("sqlite", tmp_path_factory.mktemp("demo"), demo=True))
    yield found
    found.close()


def ask(demo: House, role: str, path: str, method: str = "GET", remote: str = "127.0.0.1", **headers: str) -> Any:
    """One request with these headers, `Host` as well, from the address `remote`."""
    environ = {"HTTP_HOST": headers.pop("Host", "localhost"), "REMOTE_ADDR": remote}
    found = demo.browser(role, "localhost")
    return found.open(path, method=method, headers=headers, environ_overrides=environ)


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


@pytest.mark.parametrize("remote", ["192.168.1.20", "203.0.113.9", "::ffff:192.168.1.20", "fe80::1", "0.0.0.0", ""])
def test_it_answers_no_other_machine_whatever_name_that_gives(demo: House, remote: str) -> None:
    for path in ANYWHERE:
        for role in ("anonymous", "owner"):
            answer = ask(demo, role, path, remote=remote)
            assert answer.status_code == 421, f"{path} from {remote!r}: {answer.status_code}"
            assert CANARY not in answer.text


@pytest.mark.parametrize("remote", ["127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1"])
def test_it_answers_this_machine_over_either_protocol(demo: House, remote: str) -> None:
    assert ask(demo, "owner", "/", remote=remote).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "portfolio.example.org"])
def test_it_is_not_served_on_an_address_that_others_reach(
    demo: House, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []
    monkeypatch.setattr("granian.Granian", lambda *args, address, **more: served.append(address))
    environ = {
        "PORTFOLIO_DATA": str(demo.settings.data),
        "PORTFOLIO_DATABASE_URL": demo.app.database.url,
        "PORTFOLIO_SECRET_KEY": demo.settings.secret_key,
    }
    told = CliRunner().invoke(cli.main, ["serve", "--no-jobs", "--host", host], env=environ)
    assert told.exit_code == 1 and f"isn't served on {host}" in told.output
    assert served == []


def test_what_is_no_demo_answers_any_name_to_anybody(house: House) -> None:
    answer = house.browser().get(
        "/sign-in",
        headers={"Host": "portfolio.example.org", "Via": "1.1 proxy"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
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
