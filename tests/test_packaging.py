"""What a user gets: a wheel, built from the source distribution, in an environment with nothing else than the lock.

The distribution is built from a copy of the checkout, so that the tests leave no build folders behind.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import dev

ROOT = Path(__file__).parents[1]
NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", "data", "build", "dist", "*.egg-info", "__pycache__", ".*_cache")
UV = [sys.executable, "-m", "uv"]


@dataclass(frozen=True)
class Installed:
    """An environment with the portfolio installed, and an empty folder to work in."""

    programs: Path
    work: Path

    def run(self, *command: str) -> str:
        """Run one of the environment's programs; returns what it printed. Fails with its output when it fails."""
        done = subprocess.run(
            [self.programs / command[0], *command[1:]], cwd=self.work, env=self.environ, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    @property
    def environ(self) -> dict[str, str]:
        """The environment of an operator who has set nothing but the data folder."""
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(("PORTFOLIO_", "PYTHON"))}
        return inherited | {"PORTFOLIO_DATA": str(self.work / "data")}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "checkout", ignore=NOT_SOURCE)


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source), cwd=folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"), str(wheel))


def install(folder: Path, *what: str) -> Installed:
    python = folder / "env/bin/python"
    (folder / "work").mkdir()
    call(*UV, "venv", "--python", sys.executable, str(folder / "env"), cwd=folder)
    into = [*UV, "pip", "install", "--python", str(python)]
    call(*into, "--require-hashes", "-r", str(ROOT / "requirements/run.txt"), cwd=folder)
    call(*into, "--no-deps", *what, cwd=folder)
    call(*UV, "pip", "check", "--python", str(python), cwd=folder)
    return Installed(python.parent, folder / "work")


def call(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, env=dev.index_settings(), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"


def files_of(folder: Path) -> set[str]:
    """Everything in `folder` that belongs into a wheel, relative to it."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if "tests" not in path.parts or "scaffold" in path.parts}


def names_in(folder: str, *needed: str) -> list[str]:
    """Names of the folders in `folder` of the checkout that hold one of the files `needed`."""
    return sorted(path.name for path in (ROOT / folder).glob("*") if any((path / file).is_file() for file in needed))


def test_the_wheel_has_every_file_but_the_tests(wheel: Path, source: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == (
        {f"portfolio/{name}" for name in files_of(source / "portfolio")}
        | {f"portfolio/_bundled/plugins/{name}" for name in files_of(source / "plugins")}
        | {f"portfolio/_bundled/themes/{name}" for name in files_of(source / "themes")}
    )


@pytest.mark.parametrize(
    "pattern",
    [
        r"portfolio/migrations/versions/\w+\.py",
        r"portfolio/.*\.po",
        r"portfolio/.*templates/.*\.html",
        r"portfolio/demo/world/\w+\.toml",
        r"portfolio/scaffold/new_plugin/tests/test_contract\.py",
        r"portfolio/_bundled/themes/\w+/theme\.toml",
        r"portfolio/_bundled/themes/\w+/templates/layout\.html",
        r"portfolio/_bundled/themes/\w+/static/.*\.css",
        r"portfolio/_bundled/themes/\w+/static/.*\.woff2",
    ],
)
def test_the_wheel_has_each_sort_of_file(wheel: Path, pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in zipfile.ZipFile(wheel).namelist())


def test_the_installed_program_finds_nothing_amiss(installed: Installed) -> None:
    installed.run("portfolio", "db", "upgrade")
    installed.run("portfolio", "check")
    installed.run("portfolio", "db", "check")


def test_the_installed_program_has_the_bundled_plugins_and_themes(installed: Installed) -> None:
    listed = installed.run("portfolio", "plugin", "list")
    plugins = ["goals", "evidence", "reflections", *names_in("plugins", "__init__.py")]
    assert [name for name in plugins if not re.search(rf"\b{name}\b", listed)] == []
    themes = "from portfolio.places import theme_folders as f; print(*(t.name for p in f() for t in p.iterdir()))"
    assert sorted(installed.run("python", "-c", themes).split()) == names_in("themes", "theme.toml")


def test_the_installed_program_makes_a_new_plugin(installed: Installed) -> None:
    installed.run("portfolio", "plugin", "new", "mijn_module", "--into", str(installed.work / "mine"))
    assert (installed.work / "mine" / "mijn_module" / "tests" / "test_contract.py").is_file()


def test_any_wsgi_server_can_import_the_application(installed: Installed) -> None:
    installed.run("portfolio", "db", "upgrade")
    program = "from portfolio.wsgi import app; print(app.test_client().get('/healthz').status_code)"
    assert installed.run("python", "-W", "error", "-c", program).split()[-1] == "200"


@pytest.fixture
def address(installed: Installed) -> Iterator[str]:
    installed.run("portfolio", "db", "upgrade")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    log = installed.work / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [installed.programs / "portfolio", "serve", "--port", port],
            cwd=installed.work,
            env=installed.environ,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except (URLError, OSError):
            assert server.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)


def test_the_installed_program_serves_pages_with_their_style(address: str) -> None:
    with urlopen(f"{address}/sign-in") as answer:
        page = answer.read().decode()
    assert 'name="password"' in page
    styles = re.findall(r'<link[^>]+href="([^"]+\.css[^"]*)"', page)
    assert styles
    for style in styles:
        with urlopen(address + style) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")


def test_a_new_plugin_folder_in_an_editable_checkout_needs_no_reinstall(source: Path, tmp_path: Path) -> None:
    installed = install(tmp_path, "--editable", str(source))
    assert "windroos" not in installed.run("portfolio", "plugin", "list")
    (source / "plugins/windroos").mkdir(parents=True)
    try:
        (source / "plugins/windroos/__init__.py").write_text('"""A plugin that does nothing."""\n')
        assert "windroos" in installed.run("portfolio", "plugin", "list")
    finally:
        shutil.rmtree(source / "plugins/windroos")
