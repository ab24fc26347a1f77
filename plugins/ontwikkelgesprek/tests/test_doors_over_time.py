"""Whatever happens over the years, a leader gets through two doors what is handed to them, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import Sightings
from portfolio_plugins.ontwikkelgesprek.tests.doors_over_time import DoorsOverTime

RUNS = {"sqlite": (64, 90), "postgresql": (3, 90)}
"""Runs, and the most steps in each: more than 5,000 on SQLite."""
PLAIN = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def run(app: Any, runs: int, steps: int) -> Sightings:
    DoorsOverTime.app, DoorsOverTime.seen = app, Sightings()
    run_state_machine_as_test(DoorsOverTime, settings=settings(PLAIN, max_examples=runs, stateful_step_count=steps))
    return DoorsOverTime.seen


def test_a_leader_gets_what_is_handed_to_them_and_nothing_else(app: Any) -> None:
    seen = run(app, *RUNS[app.database.dialect])
    print(seen)
