"""The worker of an embedded installation: a child process of `portfolio serve` that ends when its parent does.

Settings reach it through its standard input, not the command line or environment, where others could read them; that
pipe then stays open, and its closing, however the parent ended, ends the child.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path

from portfolio.jobs.worker import run_worker
from portfolio.settings import Settings

LOADER = "portfolio.jobs.loading:load_worker"
GRACE_SECONDS = 20.0
"""How long the job in hand may still take when the parent is gone."""


def start_embedded(settings: Settings, *, loader: str = LOADER) -> subprocess.Popen[bytes]:
    """Start a worker beside a server; returns the process. `loader` is the module:function that imports the handlers.

    End it with `stop_embedded`, or by ending this process.
    """
    values = dataclasses.asdict(settings) | {"data": str(settings.data)}
    process = subprocess.Popen([sys.executable, "-m", "portfolio.jobs.embedded"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    order = {"settings": values, "loader": loader, "parent": os.getpid()}
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.flush()
    return process


def stop_embedded(process: subprocess.Popen[bytes], *, seconds: float = GRACE_SECONDS) -> None:
    """Let the worker finish the job in hand, at most `seconds`, then end it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Read the order from standard input and work until that closes or a signal comes."""
    order = json.loads(sys.stdin.buffer.readline())
    settings = Settings(**order["settings"] | {"data": Path(order["settings"]["data"])})
    module, _, function = order["loader"].partition(":")
    stop = threading.Event()
    threading.Thread(target=_watch_pipe, args=(stop,), daemon=True).start()
    threading.Thread(target=_watch_parent, args=(order["parent"], stop), daemon=True).start()
    run_worker(settings, getattr(import_module(module), function), stop=stop)


def _watch_pipe(stop: threading.Event) -> None:
    # The bare descriptor: Python aborts when it ends while a thread holds the lock of the buffered stdin.
    while os.read(0, 1024):
        pass
    _end(stop)


def _watch_parent(parent: int, stop: threading.Event) -> None:
    """A process forked by the parent keeps the pipe open after the parent's end; then its number tells."""
    while not stop.wait(1):
        if sys.platform != "win32" and os.getppid() != parent:
            _end(stop)


def _end(stop: threading.Event) -> None:
    stop.set()
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
