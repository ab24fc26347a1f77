"""The proof can fail: with any part of any rule or relation deleted or turned, it does."""

from __future__ import annotations

import random

import pytest
from sqlalchemy.orm import Session

from portfolio.db import Database
from tests.access.mutants import UNDER_PROOF, Mutant, breed, mutants
from tests.access.oracle import Oracle
from tests.access.proof import disagreements
from tests.access.worlds import load, make_world

WORLDS = 60
SAMPLE_ON_POSTGRESQL = 8
"""There one mutant in so many: the statements are the same, only their dialect differs."""


def kill(session: Session, mutant: Mutant, oracles: list[Oracle]) -> bool:
    """Whether the proof fails with this mutant; the world that showed it goes first next time."""
    code = breed(mutant)
    for number, oracle in enumerate(oracles):
        try:
            with session.begin_nested():
                found = next(disagreements(code, session, oracle), None)
        except Exception as error:  # a mutant that can't run fails the proof too
            found = repr(error)
        if found:
            oracles.insert(0, oracles.pop(number))
            return True
    return False


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("module", UNDER_PROOF)
def test_the_proof_fails_for_every_mutant(database: Database, module: str) -> None:
    bred = [mutant for mutant in mutants() if mutant.module == module]
    if database.dialect == "postgresql":
        bred = bred[::SAMPLE_ON_POSTGRESQL]
    oracles = [Oracle(make_world(random.Random(seed))) for seed in range(WORLDS)]
    with database.writing() as session:
        for oracle in oracles:
            load(session, oracle.world)
        assert not [str(mutant) for mutant in bred if not kill(session, mutant, oracles)]
