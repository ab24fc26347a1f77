"""What is offered for a conversation: the newest version that is said in one sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portfolio_plugins.visie_missie import service

from portfolio.testing import open_scope_for


def test_the_sentence_of_the_newest_version_is_offered(people: Any) -> None:
    def offered() -> list[Any]:
        with people.database.read() as session:
            return [one.entry_id for one in service.list_candidates(open_scope_for(session, people.fenna))]

    assert offered() == []
    old = people.write("vision", "Van toen", dt.date(2024, 3, 1), one_line="Rust eerst.")
    assert offered() == [old]
    newest = people.write("vision", "Van nu", dt.date(2026, 3, 1), one_line="Ruimte maken.")
    assert offered() == [newest]
    people.write("vision", "Nog zonder zin", dt.date(2026, 4, 1))
    assert offered() == []
