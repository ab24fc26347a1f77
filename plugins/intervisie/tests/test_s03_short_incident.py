"""S03: intervisie across schools with the short incident method; nobody outside learns that there is a group."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile

import pytest
import time_machine
from sqlalchemy import select

from portfolio.clock import now, today
from portfolio.entries.models import Entry
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail
from portfolio.testing import post

QUESTION = "Hoe kan ik een collega die veel zendtijd neemt begrenzen zonder hem kwijt te raken?"
CONTEXT = (
    "In onze bouwvergadering praat één collega vaak als eerste en als laatste. Twee anderen haken zichtbaar af, ze"
    " kijken op hun telefoon. Ik ben dit jaar aanvoerder van het overleg, maar ik ben niet zijn leidinggevende. Vorige"
    " week heb ik hem onderbroken en daarna was het stil. Ik voelde me streng en ook een beetje opgelucht."
)
ADVICE = {
    "fenna": "Begin met een schrijfronde.",
    "daan": "Vraag hem eerst wat hij zelf merkt.",
    "noor": "Wissel de voorzitter.",
}
TAKE_AWAY = (
    "Ik hoorde mezelf in het verhaal van Yara, maar dan aan de andere kant: ik ben soms degene die de stilte vult. Het"
    " advies om eerst een schrijfronde te doen, ga ik uitproberen."
)
STEP = "Bij het volgende overleg tel ik tot zeven voordat ik iets zeg."
EVERYTHING = (QUESTION, CONTEXT[:40], *ADVICE.values(), TAKE_AWAY[:40], "Buitenspiegel")


def kept(answer):
    assert answer.status_code == 303, answer.text
    return answer.location


def archive_of(browser):
    with post(browser, "/account/take-along") as answer, zipfile.ZipFile(io.BytesIO(answer.get_data())) as found:
        texts = {name: found.read(name).decode() for name in found.namelist() if name.endswith((".json", ".html"))}
    kinds = [one["kind"] for one in json.loads(next(t for n, t in texts.items() if n.endswith("portfolio.json")))[
        "portfolio"]["entries"]]  # fmt: skip
    return "".join(texts.values()), kinds


@pytest.fixture
def story(people):
    """Steps 1 to 6, by the forms of the pages; where things are afterwards."""
    yara, fenna = people.browser("yara"), people.browser("fenna")
    kept(post(yara, f"{people.group}/agreements", {"agreements": "Wat hier is, blijft hier.", "seen": "0"}))
    for who in ("fenna", "daan", "noor", "sem"):
        kept(post(people.browser(who), f"{people.group}/confirm", {"seen": "1"}))
    session = people.plan("fenna", day=today().isoformat(), facilitator="fenna", place="Online")
    form = {"title": QUESTION, "happened_on": today().isoformat(), "seen": "0", "context": CONTEXT}
    new = f"{people.own('yara')}new/intervisie_case"
    refused = post(yara, new, form | {"tried": "Ik vroeg collega Karel om raad."})
    case = kept(post(yara, new, form | {"tried": "Ik vroeg een collega om raad."}))
    case_id = case.rstrip("/").split("/")[-1]
    kept(post(yara, f"{session}case", {"entry": case_id}))
    for who, text in ADVICE.items():
        kept(post(people.browser(who), f"{session}advice", {"advice": text}))
    page = yara.get(session).text
    for address, words in keeps(page):
        if "Noor" not in words:
            kept(post(yara, address, {"keep": "1"}))
    kept(post(fenna, f"{session}take-away", {"title": "Tot zeven tellen", "happened_on": today().isoformat(),
                                              "insight": TAKE_AWAY, "step": STEP, "seen": "0"}))  # fmt: skip
    kept(post(people.browser("sem"), f"{session}evaluation", {"title": "Het was goed", "helped": "De stilte.",
         "safe": "yes", "happened_on": today().isoformat(), "seen": "0"}))  # fmt: skip
    pattern = {"title": "We begrenzen laat", "happened_on": today().isoformat(), "text": "Als het wringt.", "seen": "0"}
    kept(post(fenna, f"{people.home}patterns/new", pattern | {"sessions": session.rstrip("/").split("/")[-1]}))
    return {"session": session, "case": case, "case_id": case_id, "refused": refused}


def keeps(page):
    """Each form to keep advice, with the name of who gave it."""
    parts = page.split('<article class="comment" id="advice-')[1:]
    return [(re.search(r'action="([^"]+/keep)"', part)[1], part.split("</article>")[0]) for part in parts]


def the_form_refuses_a_name_and_loses_nothing(people, story):
    assert story["refused"].status_code == 422
    assert "Schrijf een rol in plaats van ‘Karel’" in story["refused"].text
    assert CONTEXT in story["refused"].text and "Ik vroeg collega Karel om raad." in story["refused"].text


def the_group_reads_the_case_and_the_plan_is_65_minutes(people, story):
    for who in ("fenna", "daan", "noor", "sem"):
        page = people.browser(who).get(story["session"]).text
        assert QUESTION in page and CONTEXT in page and "65 minuten" in page and "Yara Doenalsof" in page
    readings = people.browser("yara").get(f"{story['case']}readings").text
    assert "Daan Zogenaamd" in readings, "who read it on the session's page is in her log"


def advice_is_between_two_people(people, story):
    yara = people.browser("yara").get(story["session"]).text
    assert all(text in yara for text in ADVICE.values()) and yara.count("Je bewaart dit.") == 2
    fenna = people.browser("fenna").get(story["session"]).text
    assert ADVICE["fenna"] in fenna and ADVICE["daan"] not in fenna
    assert not any(text in people.browser("sem").get(story["session"]).text for text in ADVICE.values())


def take_aways_are_private(people, story):
    assert "Tot zeven tellen" in people.browser("fenna").get(people.own("fenna")).text
    with people.database.read() as session:
        entry = session.scalars(select(Entry).where(Entry.title == "Tot zeven tellen")).one()
    address = f"{people.own('fenna')}{entry.id}/"
    assert STEP in people.browser("fenna").get(address).text
    for who in ("yara", "daan", "hanne", "mirjam", "ruben"):
        assert people.browser(who).get(address).status_code == 404
        assert "Tot zeven tellen" not in people.browser(who).get(story["session"]).text
    shared = {"target": f"person:{people.persons['yara'].id}"}
    kept(post(people.browser("fenna"), f"{address}shares", shared))
    assert people.browser("yara").get(address).status_code == 200, "it can be shared"
    assert "Tot zeven tellen" not in people.browser("yara").get(story["session"]).text, "what she takes away is hers"


def looking_back_and_patterns_are_the_groups(people, story):
    daan = people.browser("daan")
    assert "De stilte." in daan.get(story["session"]).text
    assert "We begrenzen laat" in daan.get(people.group).text
    assert kept(people.browser("sem").get(f"{story['session']}evaluation")).endswith("/edit"), "one for each"


def test_after_the_term_the_case_is_its_writers_alone_and_kept_advice_stays(people, story):
    with people.database.read() as session:
        given = {entry.title: f"{people.own(who)}{entry.id}/" for who, text in ADVICE.items()
                 for entry in session.scalars(select(Entry).where(Entry.title == text))}  # fmt: skip
    for days, there in ((14, True), (15, False)):
        with time_machine.travel(now() + dt.timedelta(days=days)):
            people.browsers.clear()
            daan, yara = people.browser("daan"), people.browser("yara")
            assert (QUESTION in daan.get(story["session"]).text) is there
            assert daan.get(story["case"]).status_code == (200 if there else 404)
            assert QUESTION in yara.get(story["session"]).text and yara.get(story["case"]).status_code == 200
            got = {text: yara.get(address).status_code for text, address in given.items()}
            assert got == {ADVICE["fenna"]: 200, ADVICE["daan"]: 200, ADVICE["noor"]: 200 if there else 404}
            assert people.browser("noor").get(given[ADVICE["noor"]]).status_code == 200, "who gave it keeps it"


def test_what_others_wrote_is_in_nobody_elses_archive(people, story):
    fenna, kinds = archive_of(people.browser("fenna"))
    assert sorted(set(kinds)) == ["intervisie_advice", "intervisie_pattern", "intervisie_take_away"]
    assert QUESTION not in fenna and CONTEXT[:40] not in fenna and STEP in fenna
    yara, kinds = archive_of(people.browser("yara"))
    assert kinds == ["intervisie_case"] and QUESTION in yara and CONTEXT[:40] in yara


def test_her_leader_and_an_administrator_find_no_session_no_group_no_count(people, story):
    with people.database.read() as session:
        entries = list(session.execute(select(Entry.id, Entry.portfolio_id)))
    own = [f"/p/{portfolio}/intervisie/{entry}/" for entry, portfolio in entries]
    places = [people.group, story["session"], f"{story['session']}live", f"{people.home}sessions/new", *own]
    for who in ("hanne", "mirjam", "lotte", "ruben"):
        browser = people.browser(who)
        assert {browser.get(place).status_code for place in places} == {404}, who
        school = [f"/s/{one.id}/{page}" for one in schools(people) for page in ("", "people", "cohorts", "coaches")]
        for page in ["/", "/shared", "/circles", "/desk", "/cohorts", people.own(who), *school]:
            found = browser.get(page, follow_redirects=True).text
            assert [words for words in EVERYTHING if words in found] == [], (who, page)


def schools(people):
    from portfolio.people.models import School

    with people.database.read() as session:
        return list(session.scalars(select(School)))


def mails_say_only_that_something_waits(people, story):
    load_handlers()
    run_pending(people.database, people.app.settings, until=now() + dt.timedelta(minutes=6))
    with people.database.read() as session:
        mails = list(session.scalars(select(Mail)))
    assert len(mails) == 4, "the other four were told of a planned session"
    for mail in mails:
        words = (mail.subject + mail.body).lower()
        for sign in ("intervisie", "sessie", "groep", "buitenspiegel", "fenna voorbeeld", str(people.place)):
            assert sign not in words.replace(f"dag {mail.body[4:20].lower()}", ""), (sign, mail.body)


EACH_READS_THEIR_OWN = (
    the_form_refuses_a_name_and_loses_nothing, mails_say_only_that_something_waits,
    the_group_reads_the_case_and_the_plan_is_65_minutes, advice_is_between_two_people,
    looking_back_and_patterns_are_the_groups, take_aways_are_private,
)  # fmt: skip


def test_while_the_term_runs_each_reads_what_is_theirs(people, story):
    """Telling the story takes longer than looking at it, so all that only looks is one test."""
    for look in EACH_READS_THEIR_OWN:
        look(people, story)
