"""The developer's runner: a fresh copy of the checkout becomes a running portfolio, quickly, with one command."""

import configparser
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parents[1]
NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", "data", "build", "dist", "*.egg-info", "__pycache__", ".*_cache")

PATIENCE = 180
"""Seconds; how quick a start is on a quiet machine isn't for a test to say."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("fresh") / "checkout", ignore=NOT_SOURCE)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def started(checkout: Path, port: int, *options: str) -> Iterator[str]:
    """Run it; gives what was printed until the sign-in page answered."""
    log = checkout.parent / f"log-{port}"
    begin = time.monotonic()
    with log.open("w") as output:
        runner = subprocess.Popen(
            [sys.executable, "dev.py", "run", "--port", str(port), *options],
            cwd=checkout,
            env={name: text for name, text in os.environ.items() if not name.startswith("PORTFOLIO_")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while status_of(port, "/sign-in") != 200:
            assert runner.poll() is None and time.monotonic() - begin < PATIENCE, log.read_text()
            time.sleep(0.05)
        yield log.read_text()
    finally:
        runner.send_signal(signal.SIGINT)
        runner.wait(30)


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_the_demo_is_there_and_stops_without_a_trace(checkout: Path, port: int) -> None:
    for _ in ("first", "later"):
        with started(checkout, port) as printed:
            assert f"http://127.0.0.1:{port}/ " in printed
            assert "fenna" in printed and "samen-delen-2026" in printed
        assert status_of(port, "/sign-in") == 0


def test_an_empty_portfolio_begins_with_a_one_time_link(checkout: Path, port: int, tmp_path: Path) -> None:
    with started(checkout, port, "--empty", "--data", str(tmp_path / "elsewhere")) as printed:
        link = re.search(rf"http://127\.0\.0\.1:{port}(/\S+)", printed)
        assert link, printed
        assert "samen-delen-2026" not in printed
        assert status_of(port, link[1]) == 200
    assert (tmp_path / "elsewhere").is_dir()


def test_a_port_in_use_is_said_plainly(checkout: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        number = str(busy.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "dev.py", "run", "--port", number], cwd=checkout, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert f"Port {number} can't be used" in done.stderr


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dev, "DEBIAN_POSTGRES", tmp_path)
    assert "sudo apt-get install chromium postgresql" in dev.missing_programs()


def test_root_on_debian_gets_them_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(
        f"""#!/bin/sh
        cd {tmp_path}
        echo "$DEBIAN_FRONTEND: $*" >> calls
        if [ "$1" = install ]; then for each in chromium initdb; do : > $each; /bin/chmod +x $each; done; fi
        """
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dev, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert dev.missing_programs() == ""
    assert (tmp_path / "calls").read_text().splitlines() == [
        "noninteractive: update -q",
        "noninteractive: install -y -q --no-install-recommends chromium postgresql",
    ]


def test_uv_asks_the_index_that_pip_is_configured_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://file.example/simple\nextra-index-url = https://no\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert dev.index_settings()["UV_DEFAULT_INDEX"] == "https://file.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    assert dev.index_settings()["UV_DEFAULT_INDEX"] == "https://variable.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert dev.index_settings()["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


@pytest.mark.parametrize("name", ["run", "test", "uv"])
def test_a_lock_pins_with_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    pinned = re.findall(r"^[a-z0-9.\[\]-]+==\S+.*\\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) > 0
    assert "://" not in text and "index" not in text


@pytest.mark.parametrize(("name", "extra"), [("run", ""), ("test", "test")])
def test_a_lock_has_what_setup_cfg_asks_for(name: str, extra: str) -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    wanted = config["options"]["install_requires"] + (config["options.extras_require"][extra] if extra else "")
    names = {re.match(r"[\w-]+", line)[0] for line in wanted.split()}  # type: ignore[index]
    locked = re.findall(r"^([\w-]+)==", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE)
    assert names - set(locked) == set()
