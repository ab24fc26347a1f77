"""`can`, `visible` and the list of shares equal the oracle in random worlds, on both databases."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings

from portfolio.db import Database
from tests.access.oracle import Oracle
from tests.access.proof import EXPECTED, REAL, Memory, count, disagreements
from tests.access.worlds import World, load, worlds

WORLDS = {"sqlite": 200, "postgresql": 80}
PLAIN = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_every_answer_equals_the_oracle_in_random_worlds(database: Database) -> None:
    counted: Counter[str] = Counter()
    with database.writing() as session:
        memory = Memory(session)

        @settings(PLAIN, max_examples=WORLDS[database.dialect])
        @given(worlds)
        def proof(world: World) -> None:
            load(session, world)  # beside the worlds before it, which must not show in it
            oracle = Oracle(world)
            assert not list(disagreements(REAL, memory, oracle))
            count(oracle, counted)

        proof()
    assert not EXPECTED - counted.keys(), f"never met; counted were {counted}"
