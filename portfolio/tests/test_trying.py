"""An author switches a plugin on in the demo world, and nowhere else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portfolio.clock import today
from portfolio.people.models import Installation, Switch
from portfolio.testing import make_participant
from portfolio.trying import NoDemo, switch_on_in_demo


def test_a_school_is_no_demo(database):
    with database.write() as session:
        make_participant(session)
    with pytest.raises(NoDemo, match="administrator"):
        switch_on_in_demo(database, "windroos")
    with database.read() as session:
        assert session.scalars(select(Switch)).all() == []


def test_in_the_demo_it_is_on_for_everybody_once(database):
    with database.write() as session:
        session.add(Installation(key="demo", value=today().isoformat()))
        make_participant(session)
        make_participant(session, "windroos", name="Lotte Proefstra")
    for _ in range(2):
        assert switch_on_in_demo(database, "windroos") == ["Fenna Voorbeeld", "Lotte Proefstra"]
    with database.read() as session:
        assert len(session.scalars(select(Switch)).all()) == 2
