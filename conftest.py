"""Give every test the fixtures that authors of plugins get from the installed package."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from portfolio.jobs import service

pytest_plugins = ["portfolio.testing_collection", "portfolio.testing"]

# A busy machine makes no test fail: what speed is worth is measured in benchmarks/.
settings.register_profile("portfolio", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portfolio")

LONGEST_FIRST = (
    "tests/browser/test_axe.py",
    "tests/access/",
    "plugins/intervisie/tests/test_circle_over_time.py",
    "plugins/ontwikkelgesprek/tests/test_doors_over_time.py",
    "tests/pages/test_bad_input.py",
    "tests/browser/",
    "tests/authors/",
    "tests/test_transactions.py",
    "tests/test_packaging.py",
    "tests/migrations/",
)
"""Files are dealt out to processes: what takes minutes begins at once, so that none waits long for the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; within a file the order stays."""

    def turn(item: pytest.Item) -> int:
        places = (number for number, place in enumerate(LONGEST_FIRST) if item.nodeid.startswith(place))
        return next(places, len(LONGEST_FIRST))

    items.sort(key=turn)


@pytest.fixture(autouse=True)
def _jobs_of_what_is_there(request: pytest.FixtureRequest) -> Iterator[None]:
    """Jobs that a plugin's own tests loaded into this process rest while others' databases haven't its tables."""
    resting = {} if request.node.nodeid.startswith("plugins/") else {
        name: kind for name, kind in service._kinds.items()
        if (kind.inside or kind.outside).__module__.startswith("portfolio_plugins.")
    }  # fmt: skip
    periods = {name: service._periods.pop(name) for name in resting if name in service._periods}
    for name in resting:
        del service._kinds[name]
    yield
    service._kinds.update(resting)
    service._periods.update(periods)
