"""S06: Fenna's ambition goes from vague to spoken, in a conversation with Hanne. Every ✔ and ✘, by two browsers."""

from __future__ import annotations

import datetime as dt
import re

import time_machine

from portfolio.clock import now, today

PRIVATE = "Ik durf het nauwelijks op te schrijven"
SPOKEN = "Ik wil me de komende twee jaar ontwikkelen tot begeleider van startende collega's."
REPORT = "We hebben teruggekeken op het jaar met de leerpleinen. Ik heb gezegd dat ik starters wil begeleiden."
VISION = "Ik maak ruimte én neem ruimte."
AGREED = {
    "agreements-0-text": "Ik loop in maart twee dagdelen mee met de schoolopleider.",
    "agreements-0-who": "teacher",
    "agreements-1-text": "Hanne zoekt uit of er een dag ruimte is.",
    "agreements-1-who": "leader",
    "agreements-1-look_back_on": "2027-04-01",
}


def edit(people, who, address, **typed):
    """Somebody's own text gets other words."""
    form = {"happened_on": today().isoformat(), "seen": "1", **typed}
    assert people.send(who, f"{address}edit", form).status_code == 303


def choose(people, talk, entry, *fields, note=""):
    """Fenna hands over these fields of an entry."""
    page = people.browser("fenna").get(f"{talk}choose/{entry}").text
    assert page.count('name="fields"') >= len(fields) and "checked" not in page, "nothing is chosen beforehand"
    assert people.send("fenna", f"{talk}choose/{entry}", {"fields": list(fields), "note": note}).status_code == 303


def test_from_planning_until_only_report_and_agreements_are_left(people):
    fenna, hanne = people.browser("fenna"), people.browser("hanne")
    vision = people.write("fenna", "vision", "Visie twee", one_line=VISION, stand_for="Niemand onzichtbaar.")
    evidence = people.write("fenna", "evidence", "De proefweek", story="We deden het drie weken.")
    ambition = people.write("fenna", "spoken_ambition", "Starters begeleiden", text=SPOKEN, need="Een dag in de week.")
    people.write("fenna", "private_ambition", "Stil", text=PRIVATE)

    talk = people.plan("hanne")
    for browser in (fenna, hanne):
        page = browser.get(talk).text
        assert "Dit is geen beoordeling." in page and "14:30" in page
        assert "Kamer 3" in browser.get(f"{talk}calendar.ics").text

    # both prepare, hidden from each other; not even that they began is told
    empty = hanne.get(talk).text
    assert people.send("fenna", f"{talk}prepare", {"ambition": "Ik wil iets zeggen.", "seen": "0"}).status_code == 303
    offers = fenna.get(f"{talk}choose").text
    assert "Misschien" in offers and offers.count("Starters begeleiden") == 2 and "Stil" not in offers
    assert "· gekozen" not in offers and ">gekozen<" not in offers
    found = fenna.get(f"{talk}choose?q=proef").text
    assert "De proefweek" in found and "Visie twee" not in found
    choose(people, talk, vision, "one_line", note="Lees dit eerst.")
    choose(people, talk, evidence, "title", "story")
    choose(people, talk, ambition, "title", "text")
    assert re.sub(r"(?s)<input.*?>", "", hanne.get(talk).text) == re.sub(r"(?s)<input.*?>", "", empty)
    assert hanne.get(f"{talk}read").status_code == 403
    assert people.send("hanne", f"{talk}prepare", {"saw": "Nieuwe collega's vragen jou."}).status_code == 303
    assert "Nieuwe collega" not in fenna.get(talk).text
    preview = fenna.get(f"{talk}read").text
    assert VISION in preview and "Niemand onzichtbaar" not in preview and "1 minuut lezen" in preview

    # it says when a text changed since, and takes it anew
    own = f"/p/{people.portfolios['fenna']}"
    edit(people, "fenna", f"{own}/loopbaan/{ambition}/", title="Starters begeleiden", text=SPOKEN + " Als proef.")
    page = fenna.get(talk).text
    assert page.count("Je tekst is sindsdien veranderd.") == 1
    anew = re.search(r'action="([^"]+/anew)"', page).group(1)
    assert people.send("fenna", anew).status_code == 303
    assert "Als proef." in fenna.get(f"{talk}read").text and "sindsdien veranderd" not in fenna.get(talk).text

    # released by both, it opens for both at once
    assert people.send("fenna", f"{talk}release").status_code == 303
    said = hanne.get(talk).text
    assert "Fenna Voorbeeld heeft vrijgegeven." in said and "Ik wil iets zeggen." not in said
    assert people.send("hanne", f"{talk}release").status_code == 303
    assert "Nieuwe collega" in fenna.get(talk).text and "Ik wil iets zeggen." in hanne.get(talk).text
    read = hanne.get(f"{talk}read").text
    for words in (VISION, "Lees dit eerst.", "We deden het drie weken.", "Als proef.", "Ik wil iets zeggen."):
        assert words in read
    for words in (PRIVATE, "Niemand onzichtbaar", "Een dag in de week."):
        assert words not in read
    # snapshots follow nothing, and nothing else of them is to be had
    edit(people, "fenna", f"{own}/evidence/{evidence}/", title="De proefweek", story="Heel anders.")
    assert "We deden het drie weken." in hanne.get(f"{talk}read").text
    for plugin, entry in (("visie_missie", vision), ("evidence", evidence), ("loopbaan", ambition)):
        assert hanne.get(f"/p/{people.portfolios['fenna']}/{plugin}/{entry}/").status_code == 404
    assert fenna.get("/readings").text.count("alleen wat je ervan overhandigde") == 3
    assert not re.search(r'type="(range|number)"|<meter|cijfer|score', hanne.get(talk).text)

    # one thing is taken back: gone for the leader at once
    back = re.findall(r'action="([^"]+/withdraw)"', fenna.get(talk).text)
    assert len(back) == 3 and people.send("hanne", back[1]).status_code == 403
    assert people.send("fenna", back[1]).status_code == 303
    assert "drie weken" not in hanne.get(f"{talk}read").text and VISION in hanne.get(f"{talk}read").text

    # the talk, the report, the agreements, and what each says
    assert people.send("hanne", f"{talk}points", {"text": "Het rooster van maart"}).status_code == 303
    assert "Het rooster van maart" in fenna.get(f"{talk}during").text
    assert people.report(talk, REPORT).status_code == 303
    assert people.send("hanne", f"{talk}addition", {"text": "Ik herken dit.", "seen": "0"}).status_code == 303
    assert people.send("fenna", f"{talk}agreements", AGREED | {"seen": "0"}).status_code == 303
    assert people.answer("fenna", talk).status_code == 303
    assert "Fenna Voorbeeld is het ermee eens." in hanne.get(talk).text
    assert people.answer("hanne", talk, "differ", "Ik zie het risico groter.").status_code == 303
    for browser in (fenna, hanne):
        page = browser.get(talk).text
        for words in (REPORT, "Ik herken dit.", "twee dagdelen", "Ik zie het risico groter.", "vastgesteld"):
            assert words in page
    assert people.report(talk, "Anders", "1").status_code == 403
    people.send("fenna", back[0])
    assert VISION in hanne.get(f"{talk}read").text, "settled: it stays until its day"
    report = people.text_of("conversation_report")
    edit(people, "fenna", f"{people.home}{report.id}/", title="X", text="Achteraf anders.")
    assert "Achteraf" not in hanne.get(talk).text and hanne.get(f"{people.home}{report.id}/").status_code == 404

    # the agreements open the next conversation
    following = people.plan("fenna", today() + dt.timedelta(days=20))
    for browser in (fenna, hanne):
        assert "twee dagdelen" in browser.get(following).text

    # after the term the leader has report and agreements only, and a job says so in the log
    with time_machine.travel(now() + dt.timedelta(days=30, minutes=1)):
        again = {who: people.fresh(who) for who in ("fenna", "hanne")}
        page = again["hanne"].get(talk).text
        assert REPORT in page and "Ik wil iets zeggen." not in page and "Nieuwe collega" in page
        assert VISION not in again["hanne"].get(f"{talk}read").text and VISION in again["fenna"].get(f"{talk}read").text
        people.run_upkeep()
        assert VISION not in again["fenna"].get(f"{talk}read").text
        assert "rooster" not in again["fenna"].get(f"{talk}during").text
        assert "gewist" in again["hanne"].get(f"{talk}log").text
    with time_machine.travel(now() + dt.timedelta(days=4 * 366)):
        people.run_upkeep()
        page = people.fresh("fenna").get(talk).text
        assert REPORT not in page and "twee dagdelen" not in page and "gewist" in page
