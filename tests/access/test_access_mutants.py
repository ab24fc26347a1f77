"""The proof can fail: with any part of any rule or relation deleted or turned, it does."""

from __future__ import annotations

import hashlib
import os
import random

import pytest
from sqlalchemy.orm import Session

from portfolio.db import Database
from tests.access.mutants import EQUIVALENT, UNDER_PROOF, Mutant, breed, mutants, source_of
from tests.access.oracle import Oracle
from tests.access.proof import REAL, Memory, disagreements
from tests.access.worlds import load, make_world

SEEDS = (*range(36), 36, 38, 62, 86)
ENTRIES = (9, 12)
"""Few worlds with much in each, the last few for mutants that only they notice. A survivor asks for one more."""
PARTS = 2
"""So that two cores share the work."""
SAMPLE_ON_POSTGRESQL = slice(None, None, 8)
"""There one mutant in so many, and on SQLite the others: the statements are the same, only their dialect differs."""
SHARE = 1 if os.environ.get("EVERY_MUTANT") else 3
"""One mutant in so many: which ones changes with every change of the code under proof. EVERY_MUTANT=1 takes all."""


def is_noticed(session: Session, memory: Memory, mutant: Mutant, oracles: list[Oracle]) -> bool:
    """Whether the proof fails with this mutant; the world that showed it goes first next time."""
    code = None
    for number, oracle in enumerate(oracles):
        savepoint = session.begin_nested()
        try:
            code = code or breed(mutant)
            found = next(disagreements(code, memory, oracle), None)
        except Exception as error:  # a mutant that can't run fails the proof too
            found = repr(error)
        savepoint.rollback()
        if found:
            oracles.insert(0, oracles.pop(number))
            return True
    return False


def turn() -> int:
    """A number that changes with the code under proof."""
    return int.from_bytes(hashlib.sha256("".join(source_of(module) for module in UNDER_PROOF).encode()).digest()[:4])


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize(
    ("database", "part"),
    [*(("sqlite", slice(part, None, PARTS)) for part in range(PARTS)), ("postgresql", SAMPLE_ON_POSTGRESQL)],
    indirect=["database"],
    ids=str,
)
def test_the_proof_fails_for_every_mutant(database: Database, part: slice) -> None:
    bred = list(mutants())
    if database.dialect == "sqlite":
        del bred[SAMPLE_ON_POSTGRESQL]
    bred = bred[part][turn() % SHARE :: SHARE]
    assert bred
    oracles = [Oracle(make_world(random.Random(seed), ENTRIES)) for seed in SEEDS]
    with database.writing() as session:
        for oracle in oracles:
            load(session, oracle.world)
        memory = Memory(session)
        assert not [wrong for oracle in oracles for wrong in disagreements(REAL, memory, oracle)]
        assert not [str(mutant) for mutant in bred if not is_noticed(session, memory, mutant, oracles)]


def test_what_is_said_to_change_nothing_is_a_mutant() -> None:
    assert EQUIVALENT.keys() <= {mutant.key for mutant in mutants(every=True)}
