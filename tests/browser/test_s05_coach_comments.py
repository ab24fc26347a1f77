"""Scenario S05: Lotte writes and shares, Ruben answers, Lotte edits and stops sharing. By the pages' own forms.

Run with and without JavaScript: a page that only works with it would fail the second run.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

STEPS = {
    "action": "Ik presenteerde in de sectie mijn idee voor een practicum zonder werkblad.",
    "looking_back": "Ik wilde enthousiasme wekken, ik voelde mijn hart bonzen en ik praatte steeds sneller.",
    "awareness": "Ik zoek eerst instemming en pas daarna gesprek.",
    "alternatives": "Ik begin met een vraag en laat de stilte staan.",
    "trial": "Bij het volgende sectieoverleg leg ik één foto van een les neer en vraag wat zij zien.",
}
LATER = "Ik zoek eerst instemming, omdat stilte voor mij als afwijzing voelt."
NOT_SHARED = "Dit bestaat niet, of het is niet (meer) met je gedeeld."


def march(today: dt.date) -> dt.date:
    """The next first of March."""
    return dt.date(today.year + (today >= dt.date(today.year, 3, 1)), 3, 1)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_answers_and_the_teacher_stays_in_charge(visit: Callable[..., Page], javascript: bool) -> None:
    title = f"Mijn idee was al af ({'met' if javascript else 'zonder'} script)"
    lotte, ruben = visit("lotte", javascript=javascript), visit("ruben", javascript=javascript)

    # 1. Lotte writes an ALACT reflection.
    portfolio = re.search(r"/p/([0-9a-f-]{36})/", lotte.content())
    assert portfolio
    lotte.goto(f"/p/{portfolio[1]}/reflections/new/reflection?with=alact")
    lotte.fill("[name=title]", title)
    for step, text in STEPS.items():
        lotte.fill(f"[name='steps-{step}']", text)
    lotte.click("main form.form button[type=submit]")
    expect(lotte.locator("h1")).to_have_text(title)
    expect(lotte.locator("#who")).to_contain_text("Alleen jij ziet dit.")
    address = lotte.url

    # Not yet shared: nothing for Ruben.
    response = ruben.goto(address)
    assert response and response.status == 404
    expect(ruben.locator("body")).to_contain_text(NOT_SHARED)

    # 2. She shares it with Ruben until 1 March.
    last_day = march(dt.date.today())
    lotte.click("#who > summary")
    if not lotte.locator("[name=last_day]").is_visible():
        lotte.click("#who details.add > summary")
    lotte.locator("#who label", has_text="Ruben Denkbeeld").first.click()
    lotte.fill("[name=last_day]", last_day.isoformat())
    lotte.click("#who form.form button[type=submit]")
    expect(lotte.locator("#who")).to_contain_text("Ruben Denkbeeld")
    expect(lotte.locator("#who")).to_contain_text(f"1 maart {last_day.year}")

    # 3. Ruben: one mirror about quoted words, one question.
    ruben.goto("/desk")
    ruben.click(f"text={title}")
    comment(ruben, "mirror", "Ik lees drie keer dat je weet wat anderen dachten. Heb je het ze gevraagd?", "instemming")
    comment(ruben, "question", "Wat zou er gebeuren als je idee nog niet af is wanneer je het deelt?")
    # Words that aren't in the text are refused at the field, and nothing typed is lost.
    comment(ruben, "question", "Deze moet blijven staan.", "woorden die er niet staan")
    assert ruben.locator("#quote").get_attribute("aria-invalid") == "true"
    expect(ruben.locator("#body")).to_have_value("Deze moet blijven staan.")

    # 4. Lotte edits step 3, answers and marks as read.
    lotte.goto(address + "edit")
    lotte.fill("[name='steps-awareness']", LATER)
    lotte.click("main form.form button[type=submit]")
    expect(lotte.locator("main")).to_contain_text(LATER)
    mirror = lotte.locator("article.comment", has_text="Heb je het ze gevraagd?")
    expect(mirror).to_contain_text("over de tekst van")  # ✔ which version it belongs to
    mirror.locator("details.add > summary").click()
    mirror.locator("textarea").fill("Nee. Ik ga het ze morgen vragen.")
    mirror.locator("details.add button[type=submit]").click()
    question = lotte.locator("article.comment", has_text="nog niet af")
    question.locator("button[formaction$='/read']").click()
    expect(lotte.locator("article.comment", has_text="nog niet af")).to_contain_text("je hebt dit gelezen")
    ruben.goto(address)
    expect(ruben.locator("article.comment", has_text="Heb je het ze gevraagd?")).to_contain_text("Ik ga het ze morgen")
    # A reader sees the current text, and no sign of another.
    expect(ruben.locator("main")).to_contain_text(LATER)
    expect(ruben.locator("main")).not_to_contain_text("over de tekst van")
    for page in ("texts", "texts/1", "edit", "delete", "readings"):
        refused = ruben.goto(address + page)
        assert refused and refused.status in (403, 404), page

    # ✔ The access log lists Ruben's reading; one line for the day.
    lotte.goto(address + "readings")
    expect(lotte.locator("tbody tr", has_text="Ruben Denkbeeld")).to_have_count(1)

    # 6. She stops sharing.
    lotte.goto(address)
    lotte.click("#who > summary")
    lotte.click("#who .shares form button")
    expect(lotte.locator("#who")).to_contain_text("Alleen jij ziet dit.")
    gone = ruben.goto(address)  # ✘ by the old link
    assert gone and gone.status == 404
    expect(ruben.locator("body")).to_contain_text(NOT_SHARED)
    for page in ("/desk", "/shared", "/"):
        ruben.goto(page)
        expect(ruben.locator("body")).not_to_contain_text(title)
    lotte.goto(address)  # ✔ Lotte still sees the comments
    expect(lotte.locator("article.comment")).to_have_count(2)


def comment(page: Page, kind: str, body: str, quote: str = "") -> None:
    """Say something about the entry on the page."""
    page.locator(f"#comment input[name=kind][value={kind}]").check()
    page.fill("#comment [name=quote]", quote)
    page.fill("#comment [name=body]", body)
    page.click("#comment button[type=submit]")
    page.wait_for_load_state()


def test_the_leader_finds_nothing_of_her_people(visit: Callable[..., Page]) -> None:
    lotte, hanne = visit("lotte"), visit("hanne")
    addresses = [link.get_attribute("href") or "" for link in lotte.locator(".entry-row__title a").all()]
    assert addresses
    for address in addresses:
        response = hanne.goto(address)
        assert response and response.status == 404
        expect(hanne.locator("body")).to_contain_text(NOT_SHARED)
