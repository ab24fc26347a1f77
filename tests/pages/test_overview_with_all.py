"""The overview with every plugin there is, each asking what it can: still within the limit of a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from portfolio.clock import now, today
from portfolio.entries.models import Entry
from portfolio.testing import (
    make_circle,
    make_cohort,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    make_switch,
    portfolio_of,
    post,
    sign_in,
)
from portfolio.testing_counting import statements
from tests.pages.test_queries import PAGE

LONG_AGO = dt.timedelta(days=500)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what is asked is the same
def test_with_every_plugins_question_the_overview_asks_no_more_than_any_page(app: Any) -> None:
    with app.database.write() as session:
        school = make_school(session)
        fenna, idris, hanne = (make_person(session, name=name, school=school) for name in ("Fenna", "Idris", "Hanne"))
        cohort = make_cohort(session, school, fenna, idris, hanne)
        leadership = make_leadership(session, hanne, fenna, school=school)
        for name in set(app.registry.plugins) - set(app.registry.sections):
            make_switch(session, cohort, name)
        place = portfolio_of(session, circle=make_circle(session, fenna, idris, home=cohort)).id
        for plugin, kind, content in (
            ("visie_missie", "vision", {}),
            ("visie_missie", "letter_to_myself", {"text": "Dag.", "open_on": today().isoformat()}),
            ("loopbaan", "role_held", {}),
            ("intervisie", "intervisie_take_away", {"text": "Tellen.", "look_back_on": today().isoformat()}),
        ):
            entry = make_entry(session, fenna, plugin=plugin, kind=kind, title=kind, content=content)
            make_share(session, entry, person=idris)
        session.execute(update(Entry).values(happened_on=today() - LONG_AGO, updated_at=now() - LONG_AGO))
    browser = sign_in(app.test_client(), hanne)
    joint = post(browser, f"/together/{leadership.id}").location.split("/")[2]
    talk = {"kind": "startgesprek", "day": today().isoformat()}
    assert post(browser, f"/p/{joint}/ontwikkelgesprek/conversations/new", talk).status_code == 303
    browser = sign_in(app.test_client(), idris)
    for page, form in (
        ("group/agreements", {"agreements": "Stil.", "seen": "0"}),
        ("sessions/new", {"day": today().isoformat(), "method": "vrij"}),
    ):
        assert post(browser, f"/p/{place}/intervisie/{page}", form).status_code == 303
    browser = sign_in(app.test_client(), fenna)
    with statements(app.database) as found:
        page = browser.get("/").text
    cards = ("Is het nog waar?", "Er ligt een brief voor je", "Een rol van jou", "Een kleine stap", "Houd je je aan",
             "Wat wil je hardop zeggen?")  # fmt: skip
    assert [words for words in cards if words not in page] == []
    assert len(found) <= PAGE, "\n".join(f"{number} {line[:230]}" for number, line in enumerate(found, 1))
