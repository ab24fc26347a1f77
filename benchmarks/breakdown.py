"""Where the time of a page goes, measured in this process: for the pages that miss their target."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import jinja2
from sqlalchemy.engine import Connection

from portfolio import app as app_module
from portfolio.people import sessions

ROUNDS = 60
PARTS: tuple[tuple[str, Any, str], ...] = (
    ("whole request", app_module.App, "wsgi_app"),
    ("sign-in", sessions, "find_signed_in"),
    ("relations and gate", app_module, "open_scope"),
    ("need and access", app_module, "_check"),
    ("every query", Connection, "execute"),
    ("template", jinja2.Template, "render"),
)


def break_down(visit: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of each part of a page, the quickest of some visits; the parts overlap (a query in the sign-in)."""
    for _ in range(5):
        visit()
    rounds = []
    for _ in range(ROUNDS):
        with _timed() as spent:
            visit()
        rounds.append(spent)
    quickest = min(rounds, key=lambda spent: spent["whole request"])
    return {name: seconds * 1000 for name, seconds in quickest.items()}


def compare_work(visits: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of processor time of some pages, turn by turn: the quick quarter of many visits.

    What else the machine does hardly changes it, and what waits for the database isn't in it.
    """
    spent: list[list[float]] = [[] for _ in visits]
    for number in range(5 + ROUNDS):
        for visit, times in zip(visits, spent, strict=True):
            start = time.thread_time()
            visit()
            if number >= 5:
                times.append(time.thread_time() - start)
    return [sorted(times)[ROUNDS // 4] * 1000 for times in spent]


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    spent = {name: 0.0 for name, _owner, _attribute in PARTS}
    patches = [
        patch.object(owner, attribute, _watched(owner, attribute, name, spent)) for name, owner, attribute in PARTS
    ]
    for one in patches:
        one.start()
    try:
        yield spent
    finally:
        for one in patches:
            one.stop()


def _watched(owner: Any, attribute: str, name: str, spent: dict[str, float]) -> Callable[..., Any]:
    real = getattr(owner, attribute)

    def call(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return real(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - start

    return call
