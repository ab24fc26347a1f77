"""Who gets what of taking along and bringing back: everybody, of their own alone."""

from __future__ import annotations

from tests.pages.matrix import Row

PERSON = "in 200 200 200 200 200 200 200 200"

ROWS = [
    Row("GET", "/account/take-along", PERSON),
    Row("POST", "/account/take-along", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "/account/bring-back", PERSON),
    # What is sent is no archive, and says so; a real one is brought back in the tests of the exchange.
    Row("POST", "/account/bring-back", "401 422 422 422 422 422 422 422 422", file="archive"),
]
