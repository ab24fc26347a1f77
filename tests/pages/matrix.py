"""The shape of the access matrix: rows written by hand, one or more for each route and method.

What stands in a row is what the design says each role may do; it is never derived from what a view says it needs.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.clock import today
from tests.pages.world import ROLES, World

SIGN_IN = "in"
"""A visitor is sent to the sign-in page, and comes back here afterwards."""


@dataclass(frozen=True)
class Row:
    """One request, and what each role of `ROLES` gets: `in` or a status."""

    method: str
    address: str
    expected: str
    """As many words as there are roles, in their order."""
    data: Mapping[str, str | tuple[str, ...]] | None = None
    """A form that would be accepted; names and values may name ids of the world, and {today}."""
    file: str = ""
    """Name of a field that gets a small text file."""
    text: str = "Vier handen boven een tafel."
    """What is in it."""

    @property
    def by_role(self) -> dict[str, str]:
        """What each role gets."""
        words = self.expected.split()
        assert len(words) == len(ROLES), f"{self.method} {self.address}: {len(words)} answers for {len(ROLES)} roles"
        return dict(zip(ROLES, words, strict=True))

    def form(self, world: World) -> dict[str, Any]:
        """The form, filled in."""
        known = {**world.ids, "today": today().isoformat(), "later": (today() + dt.timedelta(days=30)).isoformat()}
        found: dict[str, Any] = {
            name.format_map(known): value.format_map(known)
            if isinstance(value, str)
            else [one.format_map(known) for one in value]
            for name, value in (self.data or {}).items()
        }
        if self.file:
            found[self.file] = (io.BytesIO(self.text.encode()), "verslag.txt")
        return found

    def __str__(self) -> str:
        return f"{self.method} {self.address}"
