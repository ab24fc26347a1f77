"""A school sets how long a case stays open and adds a method, on its own page; it learns nothing of any group by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portfolio.people.models import Cohort, Switch
from portfolio.testing import post

ROWS = {
    "methods-0-method": "Wandeling", "methods-0-nl": "Lopen", "methods-0-en": "Walk", "methods-0-minutes": "30",
    "methods-0-asks": "luisteren", "methods-1-method": "Wandeling", "methods-1-nl": "Zitten",
    "methods-1-minutes": "15", "methods-1-asks": "advies, meenemen",
}  # fmt: skip


@pytest.fixture
def page(people):
    """Where Mirjam changes what her school set."""
    with people.database.read() as session:
        school = session.scalars(select(Cohort.school_id)).one()
        switch = session.scalars(select(Switch.id)).one()
    return f"/s/{school}/cohorts/{people.cohort.id}/switches/{switch}/settings"


def test_a_school_adds_a_method_and_a_group_uses_it_with_its_term(people, page):
    mirjam = people.browser("mirjam")
    assert "Eigen methoden" in mirjam.get(page).text
    refused = post(mirjam, page, {"days": "7", **ROWS, "methods-1-minutes": "kwart"})
    assert refused.status_code == 422 and "Hoeveel minuten duurt ‘Zitten’?" in refused.text
    assert "Wandeling" in refused.text and "kwart" in refused.text, "what was typed is there"
    assert post(mirjam, page, {"days": "7", **ROWS}).status_code == 303
    address = people.plan("yara", method="own_wandeling")
    text = people.browser("daan").get(address).text
    assert "Wandeling" in text and "45 minuten" in text and "Zitten" in text
    with people.database.read() as session:
        from portfolio_plugins.intervisie.models import Meeting

        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.closes_on - meeting.day).days == 8, "a week, and then it closes"
    school = mirjam.get(page).text + mirjam.get(page.rpartition("/switches")[0] + "/").text
    assert "Buitenspiegel" not in school and "sessie van" not in school


def test_two_methods_that_would_be_one_are_refused_and_one_name_twice_is_one(people, page):
    mirjam = people.browser("mirjam")
    for other in ("wandeling!", "Wándeling", "WANDELING"):
        refused = post(mirjam, page, {"days": "7", **ROWS, "methods-1-method": other})
        assert refused.status_code == 422 and "lijken te veel op elkaar" in refused.text, other
    long = "Een lange wandeling door het hele gebouw, "
    refused = post(mirjam, page, {"days": "7", **ROWS, "methods-0-method": f"{long}1", "methods-1-method": f"{long}2"})
    assert refused.status_code == 422
    assert post(mirjam, page, {"days": "7", **ROWS, "methods-1-method": "Wandeling 2"}).status_code == 303
