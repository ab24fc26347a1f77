"""Registering kinds of jobs, and how long a failed one waits: no database needed."""

from __future__ import annotations

import datetime as dt

import pytest

from portfolio.jobs.leases import wait_before_next
from portfolio.jobs.service import JobKindError, job_kind, periodic
from portfolio.jobs.tests.effects import register


def test_waits_double_up_to_six_hours_and_are_spread() -> None:
    for attempts, seconds in ((1, 10), (2, 20), (5, 160), (30, 6 * 3600)):
        waits = {wait_before_next(attempts).total_seconds() for _ in range(200)}
        assert seconds * 0.75 <= min(waits) and max(waits) <= seconds * 1.25
        assert len(waits) > 100


def test_two_handlers_for_one_kind_are_refused() -> None:
    register()
    with pytest.raises(JobKindError, match="two handlers"):
        register()


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_kind_has_a_name_that_fits_its_column(name: str) -> None:
    with pytest.raises(JobKindError, match="1 to 40"):
        job_kind(name)(lambda session, payload, context: None)


def test_a_period_is_more_than_nothing() -> None:
    with pytest.raises(JobKindError, match="period"):
        periodic("never", every=dt.timedelta(0))
