"""`can`, `visible` and the list of shares equal the oracle in random worlds, on both databases."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import HealthCheck, given, settings

from portfolio.db import Database
from tests.access.oracle import Oracle
from tests.access.proof import EXPECTED, REAL, count, disagreements
from tests.access.worlds import World, load, make_world, worlds

RUN = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_every_answer_equals_the_oracle_in_random_worlds(database: Database) -> None:
    counted: Counter[str] = Counter()

    @RUN
    @given(worlds)
    def proof(world: World) -> None:
        with database.writing() as session:  # rolled back: the next world finds an empty database
            load(session, world)
            assert not list(disagreements(REAL, session, Oracle(world)))
        count(world, counted)

    proof()
    assert not EXPECTED - counted.keys(), f"never met; counted were {counted}"


def test_every_answer_equals_the_oracle_while_many_worlds_share_one_database(database: Database) -> None:
    many = [make_world(random.Random(seed)) for seed in range(25)]
    with database.writing() as session:
        for world in many:
            load(session, world)
        assert not [wrong for world in many for wrong in disagreements(REAL, session, Oracle(world))]
