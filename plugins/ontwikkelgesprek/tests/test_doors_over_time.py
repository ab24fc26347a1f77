"""Whatever happens over the years, a leader gets through two doors what is handed to them, and nothing else."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky, FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from portfolio_plugins.ontwikkelgesprek import items, preparing
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import Sightings
from portfolio_plugins.ontwikkelgesprek.tests.doors_over_time import STEPS_THERE_ARE, DoorsOverTime
from portfolio_plugins.ontwikkelgesprek.texts import read_texts
from sqlalchemy import select

from portfolio.clock import today
from portfolio.entries import snapshots
from portfolio.entries.models import Portfolio, PortfolioMember
from portfolio.notices.service import queue_mail
from portfolio.people import joint, leading
from portfolio.people.models import Leadership

EVERY_STEP = "EVERY_STEP" in os.environ
RUNS = {"sqlite": (58 if EVERY_STEP else 12, 90), "postgresql": (3 if EVERY_STEP else 1, 90)}
"""Runs, and the most steps in each: more than 5,000 on SQLite, if every step is asked for."""
UNTIL_FOUND = (58, 90)
PLAIN = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def run(app: Any, runs: int, steps: int) -> Sightings:
    DoorsOverTime.app, DoorsOverTime.seen = app, Sightings()
    try:
        run_state_machine_as_test(DoorsOverTime, settings=settings(PLAIN, max_examples=runs, stateful_step_count=steps))
    except (AssertionError, FlakyStrategyDefinition, Flaky):
        if not DoorsOverTime.seen.wrong:
            raise
    return DoorsOverTime.seen


def test_a_leader_gets_what_is_handed_to_them_and_nothing_else(app: Any) -> None:
    seen = run(app, *RUNS[app.database.dialect])
    assert seen.wrong == []
    if app.database.dialect == "sqlite":
        assert seen.steps >= (5_000 if EVERY_STEP else 1_000)
        assert seen.words > seen.steps / 3 < 4 * seen.through_a_door, "they read each other, or nothing would be proved"
        assert not EVERY_STEP or set(seen.done) == STEPS_THERE_ARE, "of every kind of step some went through"


def opens_at_the_first_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one side prepared is open when that side releases it."""
    release = preparing.release

    def first(scope: Any, talk_id: uuid.UUID) -> bool:
        done = release(scope, talk_id)
        if not get_talk(scope, talk_id).opened:
            preparing._open(scope, get_talk(scope, talk_id), scope.now + preparing.UNSETTLED)
        return done

    monkeypatch.setattr(preparing, "release", first)


def keeps_what_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken back is still there."""
    monkeypatch.setattr(items, "withdraw_snapshot", lambda scope, snapshot_id: None)


def has_no_term(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was handed over stays open."""
    settle, long = items.settle_snapshots, dt.timedelta(days=9_999)
    monkeypatch.setattr(items, "settle_snapshots", lambda scope, about, at: settle(scope, about, at + long))


def hands_over_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot has the fields that weren't chosen as well."""
    chosen = snapshots._chosen
    monkeypatch.setattr(
        snapshots, "_chosen",
        lambda kind, entry, fields: chosen(kind, entry, fields) | {"content": kind.empty() | dict(entry.content)},
    )  # fmt: skip


def the_next_leader_inherits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leads a teacher next takes part in what the teacher had with the last one."""
    open_joint = joint.open_joint

    def inherit(scope: Any, leadership_id: uuid.UUID, plugins: Any) -> uuid.UUID:
        made = open_joint(scope, leadership_id, plugins)
        now_leads = scope.session.get_one(Leadership, leadership_id)
        before = select(Portfolio.id).join(Leadership, Leadership.id == Portfolio.leadership_id).where(
            Leadership.teacher_id == now_leads.teacher_id, Leadership.leader_id != now_leads.leader_id
        )  # fmt: skip
        for place in scope.session.scalars(before).all():
            scope.session.add(PortfolioMember(portfolio_id=place, person_id=now_leads.leader_id, since=today()))
        return made

    monkeypatch.setattr(joint, "open_joint", inherit)


def the_last_leader_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose leadership ended still takes part."""
    monkeypatch.setattr(leading, "end_with_leadership", lambda session, leadership_id, until: None)


def the_wall_only_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a coach or colleague could read is there again when they lead no longer."""
    monkeypatch.setattr(leading, "part", lambda session, leader_id, teacher_id, day: None)


def says_it_in_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail that both are open says what is in them."""
    opens = preparing._open

    def tell(scope: Any, talk: Any, until: dt.datetime) -> None:
        opens(scope, talk, until)
        said = read_texts(scope, talk).leader_part
        queue_mail(scope.session, to="een@example.org", subject="Open", body=str(said), person_id=scope.me.id)

    monkeypatch.setattr(preparing, "_open", tell)


LEAKS = (
    opens_at_the_first_release, keeps_what_is_withdrawn, has_no_term, hands_over_every_field, the_next_leader_inherits,
    the_last_leader_stays, the_wall_only_hides, says_it_in_a_mail,
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what leaks there, leaks everywhere
@pytest.mark.parametrize("leak", LEAKS if EVERY_STEP else LEAKS[1::8])
def test_a_leak_in_a_twin_is_found(app: Any, leak: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    seen = run(app, *UNTIL_FOUND)
    assert re.search("reads kanarie|is let in|a mail says it", " ".join(seen.wrong))
