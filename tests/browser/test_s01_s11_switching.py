"""S01: a cohort begins, with what is arranged. S11: what was on is switched off. By forms alone, without JavaScript."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portfolio.clock import today
from tests.browser.newcomers import Meet, begin
from tests.browser.steps import portfolio_of, press, send, status_of, unfold

NOT_THERE = "Dit bestaat niet, of het is niet (meer) met je gedeeld."
PLUGIN, CALLED = "visie_missie", "Visie en missie"
DAY = dt.timedelta(days=1)


@pytest.fixture
def meet(visit: Callable[..., Page]) -> Meet:
    """A page as somebody, without JavaScript."""
    return lambda who: visit(who, javascript=False)


def menu(page: Page) -> str:
    """What stands in somebody's table of contents."""
    page.goto("/")
    return page.locator("nav.contents").inner_text()


def make_cohort(mirjam: Page, name: str) -> str:
    """Mirjam makes a cohort that begins today; returns its address."""
    press(mirjam, mirjam.locator("nav.contents a[href^='/s/']"))
    press(mirjam, mirjam.locator("main a[href$='/cohorts']"))
    mirjam.fill("#new [name=name]", name)
    mirjam.fill("#new [name=since]", today().isoformat())
    send(mirjam, "#new form.form")
    mirjam.goto(re.sub(r"cohorts.*", "cohorts", mirjam.url))
    press(mirjam, mirjam.locator("main table a", has_text=name))
    expect(mirjam.locator("h1")).to_have_text(name)
    return mirjam.url


def arrange(mirjam: Page, cohort: str) -> None:
    """She fills in what is arranged; the DPIA follows."""
    mirjam.goto(cohort)
    press(mirjam, mirjam.locator("#arranged a[href$='/arranged']"))
    mirjam.fill("[name=consent]", "Verslag van de PMR, punt 4")
    mirjam.fill("[name=processing]", "Map Privacy, overeenkomst 7")
    for name, day in (("consent", today()), ("dpia", today() + 30 * DAY), ("processing", today())):
        mirjam.fill(f"[name={name}_day]", day.isoformat())
    send(mirjam)
    expect(mirjam.locator("#arranged")).to_contain_text("Map Privacy, overeenkomst 7")


def switch_on(mirjam: Page, cohort: str) -> None:
    """She switches the plugin on from today."""
    mirjam.goto(cohort)
    press(mirjam, mirjam.locator("#switches a[href$='/on']"))
    press(mirjam, mirjam.locator(f"main a[href$='/on/{PLUGIN}']"))
    mirjam.fill("[name=since]", today().isoformat())
    send(mirjam)
    expect(mirjam.locator("#switches")).to_contain_text(CALLED)


def add(mirjam: Page, cohort: str, name: str) -> None:
    """Somebody takes part from today on."""
    mirjam.goto(cohort)
    press(mirjam, mirjam.locator("#members a[href$='/members/new']"))
    mirjam.select_option("[name=person]", label=name)
    mirjam.fill("[name=since]", today().isoformat())
    send(mirjam)
    expect(mirjam.locator("#members")).to_contain_text(name)


def test_a_cohort_begins_and_what_is_switched_off_again_stays_its_writers_alone(meet: Meet, tmp_path: Path) -> None:
    mirjam, noor = begin(meet, "Noor Begint", "noor.begint@example.org")
    home = f"/p/{portfolio_of(noor)}/{PLUGIN}/"
    cohort = it_begins(mirjam, noor, home)
    it_goes_off(meet, mirjam, noor, home, cohort, tmp_path)


def it_begins(mirjam: Page, noor: Page, home: str) -> str:
    """S01, steps 1 to 3: a cohort, what is arranged, and what somebody who takes part reads before any form."""
    cohort = make_cohort(mirjam, "Delen van leiderschap 1")
    mirjam.goto(f"{cohort}on")
    expect(mirjam.locator("main")).to_contain_text("Vul eerst in wat er geregeld is")
    assert status_of(mirjam, f"{cohort}on/{PLUGIN}") == 200 and mirjam.locator("[name=since]").count()
    send(mirjam)
    expect(mirjam.locator("main .error-summary")).to_contain_text("Vul eerst in wat er geregeld is")
    arrange(mirjam, cohort)
    switch_on(mirjam, cohort)

    assert CALLED not in menu(noor), "not for a teacher who isn't in that cohort"
    assert status_of(noor, home) == 404
    expect(noor.locator("main")).to_contain_text(NOT_THERE)
    add(mirjam, cohort, "Noor Begint")
    assert CALLED in menu(noor)
    press(noor, noor.locator("nav.contents a[href='/cohorts']"))
    told = noor.locator("main")
    for words in ("Delen van leiderschap 1", CALLED, "Wie ziet dit?", "Verslag van de PMR, punt 4", "volgt voor"):
        expect(told).to_contain_text(words)
    noor.goto(f"{home}new/vision")
    expect(noor.locator("main details", has_text="volgt voor").first).to_be_visible()
    body = noor.locator("main").inner_text()
    assert body.index("Wie ziet dit?") < body.index("volgt voor") < body.index("Waar ik voor sta")

    assert status_of(mirjam, home) == 404, "who switches it on reads nothing of it"
    return cohort


def it_goes_off(meet: Meet, mirjam: Page, noor: Page, home: str, cohort: str, folder: Path) -> None:
    """S11, steps 1 and 2: nobody else reads it any more; she reads, takes along and deletes."""
    texts = {}
    for title in ("Wat ik niet weggeef", "Wat weg mag"):
        noor.goto(f"{home}new/vision")
        noor.fill("[name=title]", title)
        noor.fill("[name=stand_for]", f"{title}: de rust van het eerste uur.")
        send(noor)
        texts[title] = noor.url
    keep, drop = texts.values()
    noor.goto(keep)
    unfold(noor.locator("#who"))
    noor.fill("#who [name=address]", "ruben@example.org")
    send(noor, "#who form.form")
    ruben = meet("ruben")
    assert status_of(ruben, keep) == 200

    mirjam.goto(cohort)
    press(mirjam, mirjam.locator("#switches li", has_text=CALLED).locator("a[href$='/end']"))
    mirjam.fill("[name=last_day]", (today() - DAY).isoformat())
    send(mirjam)

    assert CALLED not in menu(noor)
    for address in (f"{home}new/vision", f"{home}everything"):
        assert status_of(noor, address) == 404, address
    assert status_of(ruben, keep) == 404, "others can't see it any more"
    ruben.goto("/shared")
    expect(ruben.locator("main")).not_to_contain_text("Wat ik niet weggeef")

    noor.goto("/")
    press(noor, noor.locator("nav.contents a[href='/kept']"))
    expect(noor.locator("main")).to_contain_text(re.compile(f"Je school gebruikt .{CALLED}. dit schooljaar niet"))
    expect(noor.locator("main")).to_contain_text("blijft van jou")
    press(noor, noor.locator(f"main a[href='{home}']"))
    press(noor, noor.locator("main a", has_text="Wat ik niet weggeef"))
    expect(noor.locator("main")).to_contain_text("de rust van het eerste uur")
    assert noor.locator("main a[href$='/edit']").count() == 0
    assert status_of(noor, f"{keep}edit") == 403, "she sees it, and nothing new comes"
    noor.goto("/account/take-along")
    with noor.expect_download() as download:
        noor.locator("#along form button").click()
    download.value.save_as(folder / "noor.zip")
    with zipfile.ZipFile(folder / "noor.zip") as packed:
        assert "de rust van het eerste uur" in packed.read("portfolio.json").decode()
    noor.goto(f"{drop}delete")
    send(noor)
    noor.goto(home)
    expect(noor.locator("main")).to_contain_text("Wat ik niet weggeef")
    expect(noor.locator("main")).not_to_contain_text("Wat weg mag")
