"""The demo: what Buitenspiegel agreed, a session from years ago, one of this autumn, and one that comes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from portfolio_plugins.intervisie.methods import BUNDLED
from portfolio_plugins.intervisie.models import (
    ADVICE,
    DONE,
    EVALUATION,
    PATTERN,
    PLANNED,
    TAKE_AWAY,
    Confirmation,
    Group,
    Meeting,
    Present,
    SessionEntry,
)
from portfolio_plugins.intervisie.settings import NAME

from portfolio.clock import day_of, moment_of
from portfolio.demo.telling import Telling
from portfolio.demo.texts import When
from portfolio.entries.models import Share

CIRCLE = "buitenspiegel"
MEMBERS = ("fenna", "yara", "daan")
DAYS, COMING = 14, 9
AGREED = """- Wat hier is, blijft hier. Ook thuis aan tafel.
- We noemen niemand bij naam die er niet bij is.
- Elke zes weken een uur. Wie niet kan, zegt het een dag van tevoren.
- Eerst vragen. Raad alleen als iemand erom vraagt."""


def tell(telling: Telling) -> None:
    """Add the rows of this plugin's tables, and the share of the case for the session that comes."""
    place = telling.people.portfolios[f"circle:{CIRCLE}"]
    agreed = telling.days.moment(When(5, "09-01"), "what was agreed")
    persons = telling.people.persons
    telling.tables.add_row(
        Group,
        {"portfolio_id": place, "agreements": AGREED, "number": 2, "changed_at": agreed, "changed_by": persons["yara"]},
    )
    for who in ("yara", "fenna"):
        row = {"portfolio_id": place, "person_id": persons[who], "number": 2, "confirmed_at": agreed}
        telling.tables.add_row(Confirmation, row)
    first = _add(telling, When(1, "10-26"), "incident_kort", "yara", "y-casus", facilitator="fenna", timekeeper="daan")
    _tie(telling, first, **{"f-advies": ADVICE, "d-advies": ADVICE, "f-meegenomen": TAKE_AWAY, "f-patroon": PATTERN})
    second = _add(telling, When(5, "10-08"), "tienstappen", "daan", "d-casus", facilitator="yara")
    _tie(telling, second, **{"y-meegenomen": TAKE_AWAY, "d-terugblik": EVALUATION, "f-patroon": PATTERN})
    _add_coming(telling)


def _add(telling: Telling, when: When, method: str, owner: str, case: str, **roles: str) -> uuid.UUID:
    day = telling.days.happened(telling.days.day(when))
    made = _meeting(telling, day, method, DONE, owner, case, roles)
    came = moment_of(day, dt.time(19, 28))
    for who in MEMBERS:
        row = {"session_id": made, "person_id": telling.people.persons[who], "came_at": came}
        telling.tables.add_row(Present, row)
    return made


def _add_coming(telling: Telling) -> None:
    """The next session: Yara's question lies there already."""
    day = telling.days.today + dt.timedelta(days=COMING)
    roles = {"facilitator": "fenna", "observer": "daan"}
    _meeting(telling, day, "incident_kort", PLANNED, "yara", "y-vraag", roles)
    put_down = telling.days.moment(When(5, "11-08"), "y-vraag")
    telling.tables.add(
        Share, entry_id=telling.ids["y-vraag"], person_id=None, coaching_id=None,
        circle_id=telling.people.circles[CIRCLE], chain=telling.people.chains[NAME], shared_at=put_down,
        since=day_of(put_down), until=day + dt.timedelta(days=DAYS + 1),
    )  # fmt: skip


def _meeting(
    telling: Telling, day: dt.date, method: str, state: str, owner: str, case: str, roles: dict[str, str]
) -> uuid.UUID:
    persons: dict[str, Any] = telling.people.persons
    kept = next(one for one in BUNDLED if one.code == method)
    who = {f"{role}_id": persons.get(roles.get(role, "")) for role in ("facilitator", "timekeeper", "observer")}
    return telling.tables.add(
        Meeting, portfolio_id=telling.people.portfolios[f"circle:{CIRCLE}"], day=day,
        closes_on=day + dt.timedelta(days=DAYS + 1), begins_at="19:30", place="We bellen", method=method,
        frozen=kept.frozen(), state=state, case_owner_id=persons[owner], case_id=telling.ids[case], **who,
    )  # fmt: skip


def _tie(telling: Telling, session: uuid.UUID, **entries: str) -> None:
    for key, what in entries.items():
        row = {"session_id": session, "entry_id": telling.ids[key], "what": what}
        telling.tables.add_row(SessionEntry, row)
