"""Whatever happens over the months, no outsider gets a word of a circle, or a sign that it exists."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from portfolio_plugins.intervisie import agreements, planning, sessions
from portfolio_plugins.intervisie.tests.circle_model import Sightings
from portfolio_plugins.intervisie.tests.circle_over_time import STEPS_THERE_ARE, CircleOverTime
from sqlalchemy import select

from portfolio.entries.models import Portfolio
from portfolio.notices.service import queue_mail
from portfolio.people.models import Circle

RUNS = {"sqlite": (80, 80), "postgresql": (2, 100)}
"""Runs, and the most steps in each: more than 5,000 on SQLite."""
PLAIN = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def run(app: Any, runs: int, steps: int) -> Sightings:
    CircleOverTime.app, CircleOverTime.seen = app, Sightings()
    run_state_machine_as_test(CircleOverTime, settings=settings(PLAIN, max_examples=runs, stateful_step_count=steps))
    return CircleOverTime.seen


def test_no_outsider_ever_gets_a_word_or_a_sign(app: Any) -> None:
    seen = run(app, *RUNS[app.database.dialect])
    if app.database.dialect == "sqlite":
        assert seen.steps >= 5_000
        assert seen.words > 2_000, "members read each other, or nothing would be proved"
        assert seen.done == STEPS_THERE_ARE, "of every kind of step some went through"


def lists_whatever_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists of sessions trust the page that asks for a group."""
    monkeypatch.setattr(sessions, "_mine", lambda scope, portfolios: portfolios)


def lets_anybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is believed, whoever comes there."""

    def place(scope: Any) -> Any:
        circle = scope.session.scalar(select(Portfolio.circle_id).where(Portfolio.id == scope.portfolio_id))
        return circle, scope.portfolio_id

    for module in (agreements, sessions):
        monkeypatch.setattr(module, "place_of", place)


def has_no_term(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put down in a session stays open to the others."""
    monkeypatch.setattr(sessions.OpenSession, "last_day", None)


def says_it_in_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail about a session names the group."""

    def tell(scope: Any, members: Any) -> None:
        name = scope.session.scalar(select(Circle.name).where(Circle.id == scope.circle_id))
        queue_mail(scope.session, to="een@example.org", subject=f"{name}", body="Kom je?", person_id=scope.me.id)

    monkeypatch.setattr(planning, "_tell", tell)


LEAKS = (lists_whatever_is_asked, lets_anybody_in, has_no_term, says_it_in_a_mail)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what leaks there, leaks everywhere
@pytest.mark.parametrize("leak", LEAKS if "EVERY_STEP" in os.environ else LEAKS[1::4])
def test_a_leak_in_a_twin_is_found(app: Any, leak: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    with pytest.raises(AssertionError, match="reads kanarie|is let in|a mail says it"):
        run(app, *RUNS["sqlite"])
