"""Scenario S06, by two browsers at once: a conversation is planned, prepared apart, opened together, held and settled.

Every step by the forms, with scripts and without; with them, the page they talk by follows by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import press, send, status_of, write

SPOKEN = (
    "Ik wil me de komende twee jaar ontwikkelen tot begeleider van startende collega's. Ik wil blijven lesgeven, het"
    " liefst drie dagen."
)
PRIVATE = "Ik ben bang dat ze denkt dat ik weg wil."
REPORT = "We hebben teruggekeken op het jaar met de leerpleinen en op mijn vraag hoe ik ruimte kan maken."
AGREED = "Ik loop in maart twee dagdelen mee met de schoolopleider."


def plan(hanne: Page, place: str) -> str:
    """Hanne plans one with Fenna, from the page of what she has together with people; its address."""
    hanne.goto("/together")
    press(hanne, hanne.locator("main section", has_text="Jij en Fenna").locator("a[href$='/together']"))
    press(hanne, hanne.locator("main a[href$='/ontwikkelgesprek/conversations']"))
    press(hanne, hanne.locator("main a[href$='/conversations/new']"))
    hanne.fill("[name=day]", dt.date.today().isoformat())
    hanne.fill("[name=place]", place)
    send(hanne)
    expect(hanne.locator("h1")).to_have_text("Ontwikkelgesprek")
    expect(hanne.locator("main")).to_contain_text("Dit is geen beoordeling.")
    return re.sub(r"#.*", "", hanne.url)


def choose(fenna: Page, talk: str, title: str, *parts: str) -> None:
    """Find a text by its title and hand over these parts; nothing is ticked beforehand."""
    fenna.goto(f"{talk}choose")
    fenna.fill("[name=q]", title)
    send(fenna, "main form.talk-search")
    press(fenna, fenna.locator("#own .entries a, #own a", has_text=title))
    expect(fenna.locator("[name=fields]:checked")).to_have_count(0)
    for part in parts:
        fenna.check(f"[name=fields][value={part}]")
    send(fenna)


def answer(page: Page, talk: str, said: str, note: str = "") -> None:
    page.goto(talk)
    page.check(f"[name=answer][value={said}]")
    page.fill("[name=note]", note)
    send(page, "#answer form.form")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_ambition_goes_from_vague_to_spoken(visit: Callable[..., Page], javascript: bool) -> None:
    fenna, hanne = visit("fenna", javascript=javascript, width=320), visit("hanne", javascript=javascript)
    named = f"Starters begeleiden {'met' if javascript else 'zonder'} script"
    proof = named.replace("Starters begeleiden", "De proefweek")
    ambition = write(fenna, "loopbaan", "spoken_ambition", title=named, text=SPOKEN)
    evidence = write(fenna, "evidence", "evidence", title=proof, story="We deden het drie weken.")
    talk = plan(hanne, named)

    # Both prepare, and neither learns that the other began.
    hanne.goto(talk)
    before = hanne.locator("main").inner_text()
    fenna.goto(f"{talk}prepare")
    fenna.fill("[name=ambition]", "Ik wil iets hardop zeggen.")
    send(fenna)
    choose(fenna, talk, named, "title", "text")
    choose(fenna, talk, proof, "title", "story")
    hanne.goto(talk)
    assert hanne.locator("main").inner_text() == before
    hanne.goto(f"{talk}prepare")
    hanne.fill("[name=saw]", "Nieuwe collega's durven sneller te vragen.")
    send(hanne)
    fenna.goto(talk)
    expect(fenna.locator("main")).not_to_contain_text("Nieuwe collega's durven")

    # Released by one, nothing opens; by both, all of it.
    press(fenna, fenna.locator(".talk-release button"))
    hanne.goto(talk)
    expect(hanne.locator("main")).to_contain_text("Fenna Voorbeeld heeft vrijgegeven.")
    expect(hanne.locator("main")).not_to_contain_text("Ik wil iets hardop zeggen.")
    press(hanne, hanne.locator(".talk-release button"))
    fenna.goto(talk)
    expect(fenna.locator("main")).to_contain_text("Nieuwe collega's durven")
    hanne.goto(f"{talk}read")
    for words in (SPOKEN, "We deden het drie weken.", "Ik wil iets hardop zeggen.", "1 minuut lezen"):
        expect(hanne.locator("main")).to_contain_text(words)
    expect(hanne.locator("main")).not_to_contain_text(PRIVATE)

    # What was handed over follows no edit, leads nowhere, and one thing is taken back.
    fenna.goto(f"{evidence}edit")
    fenna.fill("[name=story]", "Achteraf heel anders.")
    send(fenna)
    hanne.goto(f"{talk}read")
    expect(hanne.locator("main")).to_contain_text("We deden het drie weken.")
    expect(hanne.locator("main a[href*='/evidence/'], main a[href*='/loopbaan/']")).to_have_count(0)
    assert status_of(hanne, evidence) == status_of(hanne, ambition) == 404
    fenna.goto(talk)
    press(fenna, fenna.locator(".talk-handed li", has_text=proof).locator("button", has_text="Neem het terug"))
    hanne.goto(f"{talk}read")
    expect(hanne.locator("main")).not_to_contain_text("We deden het drie weken.")
    expect(hanne.locator("main")).to_contain_text(SPOKEN)

    # The page they talk by is one page: what the one puts on it stands on the other's.
    fenna.goto(f"{talk}during")
    hanne.goto(f"{talk}during")
    hanne.fill("main [name=text]", "Het rooster van maart")
    send(hanne)
    if javascript:
        fenna.evaluate("htmx.trigger('#now', 'refresh')")
    else:
        fenna.reload()
    expect(fenna.locator("#now")).to_contain_text("Het rooster van maart", timeout=8_000)
    expect(hanne.locator("input[type=range], input[type=number], meter, progress")).to_have_count(0)

    # The report, what Hanne adds, what they agree, and what each says of it.
    fenna.goto(f"{talk}report")
    fenna.fill("[name=text]", REPORT)
    send(fenna)
    hanne.goto(f"{talk}addition")
    hanne.fill("[name=text]", "Ik zie ook het risico dat ze het erbij doet.")
    send(hanne)
    fenna.goto(f"{talk}agreements")
    fenna.fill("[name=agreements-0-text]", AGREED)
    fenna.select_option("[name=agreements-0-who]", "teacher")
    send(fenna)
    answer(fenna, talk, "agree")
    answer(hanne, talk, "differ", "Over het rooster denk ik anders.")
    for page in (fenna, hanne):
        page.goto(talk)
        for words in (REPORT, "Ik zie ook het risico", AGREED, "Over het rooster denk ik anders.", "vastgesteld"):
            expect(page.locator("main")).to_contain_text(words)
    hanne.goto(f"{talk}dossier")
    expect(hanne.locator("main")).to_contain_text("iet bestemd voor beoordeling")
