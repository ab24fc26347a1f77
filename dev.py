"""Run, test and lint the portfolio from a checkout, with nothing but Python 3.11 (pip, venv) and a package index.

    python3 dev.py run  [--port N] [--data DIR] [--empty]   the demo, or an empty portfolio, on this machine
    python3 dev.py test [pytest's arguments]                everything, or what you name
    python3 dev.py lint                                     ruff and mypy
    python3 dev.py lock [--upgrade]                         write requirements/*.txt anew from setup.cfg

Every command first brings the environment in .venv in line with the lock files in requirements/.
"""

import argparse
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / ("python.exe" if os.name == "nt" else "python"))
LOCKS = ROOT / "requirements"
STAMP = VENV / "installed-from"
UV = [PYTHON, "-m", "uv", "pip"]

DEMO_PEOPLE = "fenna, idris, lotte, hanne, ruben, yara, daan, mirjam, otto"
DEMO_PASSWORD = "samen-delen-2026"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Do what the command line asks; returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - reached when an older Python runs this file
        return fail("Python 3.11 or later is needed; this is " + sys.version.split()[0])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="run | test | lint | lock")
    run = commands.add_parser("run", help="serve the portfolio on this machine")
    run.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000)")
    run.add_argument("--data", type=Path, default=None, help="folder of the database and attachments (default: data)")
    run.add_argument("--empty", action="store_true", help="no demo: prints a one-time link for the first administrator")
    for name in ("test", "lint", "lock"):
        commands.add_parser(name, add_help=False)
    options, rest = parser.parse_known_args()
    if options.command == "run":
        if rest:
            parser.error(f"run doesn't know {' '.join(rest)}")
        return serve(options.port, options.data, empty=options.empty)
    return {"test": test, "lint": lint, "lock": lock}[options.command](rest)


def serve(port: int, data: Path | None, *, empty: bool) -> int:
    """Migrate the database, fill it unless `empty`, and serve it until interrupted."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself will
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return fail(f"Port {port} can't be used ({error.strerror}); choose another with --port.")
    make_environment("run")
    address = f"http://127.0.0.1:{port}"
    environ = settings_of(os.environ) | {"PYTHONPATH": str(ROOT)}
    environ["PORTFOLIO_DATA"] = str(data.resolve() if data else environ.get("PORTFOLIO_DATA") or ROOT / "data")
    environ.setdefault("PORTFOLIO_BASE_URL", address)
    portfolio = [PYTHON, "-m", "portfolio.cli"]
    if status := subprocess.run([*portfolio, "setup" if empty else "demo"], cwd=ROOT, env=environ).returncode:
        return status  # both migrate first
    print(f"\n  {address}/  (Ctrl-C stops it)")
    if not empty:
        print(f"  Demo accounts: {DEMO_PEOPLE}; each @example.org, password {DEMO_PASSWORD}")
    print(flush=True)
    return become([*portfolio, "serve", "--port", str(port)], environ)


def test(arguments: list[str]) -> int:
    """Install what the tests need and run them; without arguments all of them, on three processes: two often wait."""
    make_environment("test")
    if problem := missing_programs():
        return fail(problem)
    if not any(argument.startswith(("-n", "--numprocesses", "--pdb", "no:xdist")) for argument in arguments):
        arguments = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", *arguments]
    environ = {name: value for name, value in settings_of(os.environ).items() if not name.startswith("PORTFOLIO_")}
    memory = "/dev/shm"  # thousands of small databases are made and thrown away
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 8 << 30:
        environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)
    return become([PYTHON, "-m", "pytest", *arguments], environ)


def lint(arguments: list[str]) -> int:
    """Check the style with ruff and the types with mypy."""
    make_environment("test")
    ruff = subprocess.run([PYTHON, "-m", "ruff", "check", *arguments], cwd=ROOT).returncode
    mypy = subprocess.run([PYTHON, "-m", "mypy"], cwd=ROOT).returncode
    return ruff or mypy


def lock(arguments: list[str]) -> int:
    """Write the lock files anew: what the tests need first, the others with the same versions."""
    make_uv()
    compile_one = [
        *UV, "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--custom-compile-command", "python3 dev.py lock", *arguments,
    ]  # fmt: skip
    same = ["--constraint", "requirements/test.txt"]
    for extra in (
        ["setup.py", "--extra", "test", "-o", "requirements/test.txt"],
        ["setup.py", *same, "-o", "requirements/run.txt"],
        ["-", *same, "-o", "requirements/uv.txt"],
    ):
        subprocess.run([*compile_one, *extra], cwd=ROOT, env=index_settings(), input=b"uv\n", check=True)
    return 0


def make_environment(purpose: str) -> None:
    """Bring .venv in line with requirements/<purpose>.txt; costs nothing where it already is.

    An environment for the tests serves to run too, so the two commands don't undo each other's work.
    """
    stamps = {name: f"{name} {lock_hash(name)}" for name in ("run", "test")}
    installed = STAMP.read_text() if STAMP.exists() and os.path.exists(PYTHON) else ""
    if installed == stamps["test"] or installed == stamps[purpose]:
        return
    if installed.startswith("test "):
        purpose = "test"
    print(f"Making the environment in {VENV} ...", flush=True)
    make_uv()
    STAMP.unlink(missing_ok=True)
    sync = [*UV, "sync", "--quiet", "--require-hashes", str(LOCKS / f"{purpose}.txt"), str(LOCKS / "uv.txt")]
    if subprocess.run([*sync, "--python", PYTHON], cwd=ROOT, env=index_settings()).returncode:
        sys.exit("The packages could not be installed; see above. Is the package index reachable?")
    STAMP.write_text(stamps[purpose])


def make_uv() -> None:
    """Make .venv where there is none (or a broken one) and put the locked uv into it."""
    if not os.path.exists(PYTHON):
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if made.returncode:
            sys.exit("The environment could not be made; see above (on Debian or Ubuntu: apt-get install python3-venv)")
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(LOCKS / "uv.txt")], cwd=ROOT).returncode:
        sys.exit("uv could not be installed; see above. Is the package index reachable?")


def lock_hash(purpose: str) -> str:
    """Hash of everything that decides what is in the environment."""
    parts = (sys.version, (LOCKS / f"{purpose}.txt").read_text(), (LOCKS / "uv.txt").read_text())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def index_settings() -> dict[str, str]:
    """The environment in which uv uses the package index and certificate that pip is configured for."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    environ = dict(os.environ)
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        if found := re.findall(rf"[.:]{option}='(.+)'", listed):
            environ.setdefault(variable, found[0])  # pip lists its own variables first, and they win
    return environ


def missing_programs() -> str:
    """Install Chromium, PostgreSQL and Pango where that is possible; else what to install, or "" when all is there."""
    wanted = wanted_programs()
    if wanted and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Installing {' and '.join(wanted)} ...", flush=True)
        environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
        for command in (["apt-get", "update", "-q"], install):
            subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wanted = wanted_programs()
    if not wanted:
        return ""
    return (
        f"The tests need {' and '.join(wanted)}, which this machine lacks. On Debian or Ubuntu:\n"
        f"    sudo apt-get update && sudo apt-get install {' '.join(wanted)}\n"
        "Elsewhere: install Chromium, a PostgreSQL server and Pango, and put `chromium` and `initdb` on the PATH."
    )


def wanted_programs() -> list[str]:
    """The Debian packages of what isn't there."""
    wanted = [] if any(shutil.which(name) for name in CHROMIUM) else ["chromium"]
    if not shutil.which("initdb") and not list(DEBIAN_POSTGRES.glob("*/bin/initdb")):
        wanted.append("postgresql")
    if os.name != "nt" and not find_library("pangoft2-1.0"):  # what a PDF is made with; it brings Pango itself
        wanted.append("libpangoft2-1.0-0")
    return wanted


def settings_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The same, but Python may keep what it compiled: otherwise each start of a program takes two seconds more."""
    return {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def become(command: list[str], environ: dict[str, str]) -> int:
    """Go on as `command` in the checkout, so that its output, signals and exit status are this program's."""
    os.chdir(ROOT)
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.run(command, env=environ).returncode
    os.execve(command[0], command, environ)


def fail(message: str) -> int:
    """Say why not; returns the exit status of a failure."""
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
