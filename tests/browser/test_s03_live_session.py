"""Scenario S03, at the table: Fenna leads a live session, Yara brings the case, each at their own screen at once.

The other's page follows by itself; who has no scripts walks the same way by refreshing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from portfolio.db import Database
from portfolio.entries.models import Portfolio
from portfolio.people.models import Circle, Cohort, Switch
from portfolio.testing import make_switch

POSITION = "Ik zou hem eerst vragen wat hij zelf merkt."
NOTE = "Bij het woord streng schrok ik."


@pytest.fixture(scope="module")
def group(database: Database) -> str:
    """The pages of Buitenspiegel, in whose home cohort it is switched on."""
    with database.write() as session:
        cohort = session.scalars(select(Cohort)).first()
        assert cohort
        if not session.scalars(
            select(Switch.id).where(Switch.plugin == "intervisie", Switch.cohort_id == cohort.id)
        ).first():
            make_switch(session, cohort, "intervisie")
        circle = select(Circle.id).where(Circle.name == "Buitenspiegel").scalar_subquery()
        session.execute(update(Portfolio).where(Portfolio.circle_id == circle).values(cohort_id=cohort.id))
        found = session.scalars(select(Portfolio.id).where(Portfolio.circle_id == circle)).one()
    return f"/p/{found}/intervisie/"


def plan(page: Page, group: str) -> None:
    """A session today in which Yara brings the case, and begin it."""
    page.goto(f"{group}sessions/new")
    page.fill("[name=day]", dt.date.today().isoformat())
    page.select_option("[name=method]", "incident_hendriksen")
    page.select_option("[name=case_owner]", label="Yara Doenalsof")
    page.click("main form.form button[type=submit]")
    page.click(".heading__actions button")
    expect(page.locator("#now-title")).to_have_text("Jullie beginnen zo")


def go_on(page: Page, to: str, by: str = "next") -> None:
    page.click(f"#turn-{by}")
    expect(page.locator("#now-title")).to_have_text(to)


def titled(page: Page, title: str, *, javascript: bool, hurry: bool = True) -> None:
    """The page is at that step: by itself, a little sooner in a hurry; or after a refresh."""
    if not javascript:
        page.reload()
    elif hurry:
        page.evaluate("htmx.trigger('#now', 'refresh')")
    expect(page.locator("#now-title")).to_have_text(title)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_people_hold_one_session_each_at_their_own_screen(
    visit: Callable[..., Page], group: str, javascript: bool
) -> None:
    fenna, yara, daan = (visit(who, javascript=javascript, width=width) for who, width in PEOPLE)
    plan(fenna, group)
    address = re.sub(r"#.*", "", fenna.url)
    for page in (yara, daan):
        page.goto(address)

    # The others follow, and what Daan is typing stays.
    go_on(fenna, "Een incident kiezen")
    titled(daan, "Een incident kiezen", javascript=javascript, hurry=False)
    go_on(fenna, "Vragen opschrijven", by="skip")
    titled(daan, "Vragen opschrijven", javascript=javascript)
    daan.fill("#text-question", "Wat deed jij toen het stil werd?")
    if javascript:
        expect(daan.locator("#left")).to_have_text("nog 5 minuten")
        go_on(fenna, "Informatieronde")
        titled(daan, "Informatieronde", javascript=True)
        expect(daan.locator("#behind")).to_be_visible()
        expect(daan.locator("#text-question")).to_have_value("Wat deed jij toen het stil werd?")
        expect(daan.locator("#said")).to_have_text("Stap 4 van 10: Informatieronde")
    daan.click("#write button[type=submit]")
    expect(daan.locator("#now")).to_contain_text("Wat deed jij toen het stil werd?")
    if not javascript:
        go_on(fenna, "Informatieronde")

    # Now Yara listens: nothing but what the group is told, and her own notes.
    go_on(fenna, "De situatie ontleden")
    titled(yara, "Je luistert nu", javascript=javascript)
    expect(yara.locator("#now form, #course *")).to_have_count(0)
    if not javascript:
        yara.click("noscript a[href$=notes]")
    yara.fill("#text-note", NOTE)
    go_on(fenna, "Standpunt opschrijven")
    if javascript:
        yara.evaluate("htmx.trigger('#now', 'refresh')")
        expect(yara.locator("#now")).to_contain_text("Standpunt opschrijven")
        expect(yara.locator("#text-note")).to_have_value(NOTE)
        assert Axe().run(yara).response["violations"] == []
    yara.click("#write button[type=submit]")
    expect(yara.locator("#write")).to_contain_text(NOTE)

    # What Daan writes is closed, until Fenna opens it for everybody.
    titled(daan, "Standpunt opschrijven", javascript=javascript)
    daan.fill("#text-position", POSITION)
    daan.click("#write button[type=submit]")
    expect(daan.locator("#text-position")).to_have_value(POSITION)
    fenna.goto(address)
    expect(fenna.locator("body")).not_to_contain_text(POSITION)
    fenna.click(".live-opening button")
    expect(fenna.locator("#now")).to_contain_text(POSITION)
    if javascript:
        daan.evaluate("htmx.trigger('#now', 'refresh')")
        expect(daan.locator("#text-position")).to_have_count(0)
        assert Axe().run(daan).response["violations"] == []
    go_on(fenna, "Wat de inbrenger deed", by="skip")
    if not javascript:
        yara.goto(address)
    titled(yara, "Wat de inbrenger deed", javascript=javascript)
    expect(yara.locator("#now")).to_contain_text(POSITION)
    if javascript:
        expect(yara.locator("#my-notes")).to_contain_text(NOTE)

    # The end.
    fenna.click("#turn-end")
    titled(daan, "De sessie is voorbij", javascript=javascript)
    assert daan.locator("#now").get_attribute("hx-get") is None


PEOPLE = (("fenna", 1280), ("yara", 320), ("daan", 1280))
