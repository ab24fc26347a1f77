"""S07: an informal role becomes formal, and staying is a choice too. Every tick and cross of it, by forms."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select, update

from portfolio.clock import SchoolYear, today
from portfolio.people.models import CohortMember, School
from portfolio.testing import make_cohort, make_switch, post

STORY = (
    "Starters kwamen al bij mij langs, meestal op donderdag na het achtste uur. Ik gaf antwoorden en voelde me nuttig."
    " Sinds ik eerst vraag wat ze zelf al hebben geprobeerd, komen ze met betere vragen. Lotte doet het nu ook, en dat"
    " vind ik mooier dan ik had gedacht."
)
STAYING = (
    "Ik heb gekeken bij het teamleiderschap en bij een dag onderzoek. Van allebei kreeg ik minder energie dan van een"
    " goede les over kansrekening. Ik blijf voluit leraar en ik neem wel de rol van tegenspreker in de sectie. Dat is"
    " geen stilstand, dat is kiezen."
)
WORDS = (
    "Fenna, ik zie dat nieuwe collega's sneller durven vragen sinds jij hen begeleidt. Je doet dat zonder het van hen"
    " over te nemen. Vanaf augustus staat het gewoon in je taak."
)
ENERGY = "Van de nagesprekken kom ik lichter thuis dan ik ging."
YEAR = SchoolYear.of(today())
THEN, LAST, NOW = (SchoolYear(YEAR.start_year - back) for back in (3, 1, 0))


def entry_id(location: str) -> str:
    return location.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture
def told(people, fenna):
    """What Fenna writes in steps 1 to 5, by the forms; addresses by name."""
    day = today().isoformat()
    home = people.home
    informal = {"title": "Vraagbaak voor starters", "happened_on": day, "seen": "0", "formality": "informal",
                "from_on": THEN.first_day.isoformat(), "until_on": (LAST.first_day - dt.timedelta(days=1)).isoformat(),
                "story": STORY, "made_room": "De conciërge deed mijn lokaal als laatste.",
                "who_gave": "Niemand. Ze kwamen."}  # fmt: skip
    found = {"informal": post(fenna, f"{home}new/role_held", informal).location}
    look = {"title": "Twee dagdelen naast de schoolopleider", "happened_on": day, "seen": "0", "what": "day",
            "saw": "Hij zei bijna niets.", "curious": "more"}  # fmt: skip
    found["look"] = post(fenna, f"{home}new/orientation", look).location
    formal = {"title": "Werkplekbegeleider", "happened_on": day, "seen": "0", "formality": "formal", "days": "1",
              "from_on": LAST.first_day.isoformat(), "mandate": "Ik plan zelf wie ik zie.",
              "links-continues": entry_id(found["informal"])}  # fmt: skip
    found["formal"] = post(fenna, f"{home}new/role_held", formal).location
    move = {"title": "Eén dag per week, als proef", "happened_on": LAST.first_day.isoformat(), "seen": "0",
            "what": "try", "image": "beside", "links-about_role": entry_id(found["formal"]),
            "links-goes_with": entry_id(found["look"])}  # fmt: skip
    found["move"] = post(fenna, f"{home}new/career_move", move).location
    for start, until, teaching, developing in (
        (LAST, NOW.first_day - dt.timedelta(days=1), "4", "1"),
        (NOW, None, "3", "2"),
    ):
        week = {"title": "", "happened_on": day, "seen": "0", "from_on": start.first_day.isoformat(),
                "until_on": until.isoformat() if until else "", "parts-0-what": "Lesgeven", "parts-0-days": teaching,
                "parts-1-what": "Ontwikkelen", "parts-1-days": developing,
                "own-text": ENERGY if not until else ""}  # fmt: skip
        answer = post(fenna, f"{home}time/write", week)
        assert answer.status_code == 303, answer.text
    words = {"title": "Vanaf augustus", "happened_on": day, "seen": "0", "words": WORDS, "by": "Mijn teamleider",
             "links-about_role": entry_id(found["formal"])}  # fmt: skip
    found["words"] = post(fenna, f"{home}new/words_received", words).location
    return found


def test_the_years_become_a_picture_and_the_same_table(people, fenna, told):
    page = fenna.get(people.home).text
    wide, tall = re.findall(r'<svg class="picture-of-years__(?:wide|tall)".*?</svg>', page, re.DOTALL)
    for drawing in (wide, tall):
        assert "Vraagbaak voor starters" in drawing and "Werkplekbegeleider" in drawing
        assert drawing.count("years__role--informal") == 1 and drawing.count('class="years__role"') == 1
        assert "Eén dag per week" in drawing and drawing.count("<g transform") == 3, "move, look and words"
    table = page.partition("Hetzelfde in een tabel")[2].partition("</table>")[0]
    order = [THEN.label, "Informele rol begint", "Rol eindigt", LAST.label, "Formele rol begint", NOW.label]
    places = [table.index(words) for words in order]
    assert places == sorted(places)
    assert "uitproberen · rollen naast elkaar" in table
    time = fenna.get(f"{people.home}time").text
    assert re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", time)).count("4 Lesgeven 1 Ontwikkelen") == 1
    assert "3</span>" not in time and "3 Lesgeven" in time and LAST.label in time and NOW.label in time


def test_a_role_is_worth_reading_aloud_and_tells_what_it_grew_from(people, fenna, told):
    page = fenna.get(told["informal"]).text
    order = [
        "Vraagbaak voor starters</h1>",
        "Starters kwamen al bij mij langs",
        "Wie maakte er ruimte voor?",
        "Niemand. Ze kwamen.",
    ]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    assert "Werkplekbegeleider" in page.partition("Uitgegroeid tot")[2]
    assert "Vraagbaak voor starters" in fenna.get(told["formal"]).text.partition("Gegroeid uit")[2]


def test_six_pictures_are_offered_alike_in_the_order_of_the_alphabet(people, fenna):
    for language in ("nl", "en"):
        post(fenna, "/language", {"language": language, "next": "/"})
        page = fenna.get(f"{people.home}new/career_move").text
        cards = re.findall(r'<label class="pictures__one".*?</label>', page, re.DOTALL)
        names = [re.search(r'pictures__name">([^<]+)', card).group(1) for card in cards]
        assert len(cards) == 6 and names == sorted(names)
        assert all("checked" not in card and "<svg" in card and "pictures__note" in card for card in cards)
        assert {re.sub(r"[^<>/]*", "", re.sub(r"<svg.*?</svg>", "", card, flags=re.DOTALL)) for card in cards} == {
            re.sub(r"[^<>/]*", "", re.sub(r"<svg.*?</svg>", "", cards[0], flags=re.DOTALL))
        }, "all six have the same parts"
        assert len(set(re.findall(r'<svg[^>]*viewBox="([^"]+)"', "".join(cards)))) == 1


def test_no_form_asks_for_a_scale(people, fenna):
    for kind in people.app.registry.kinds_of("loopbaan"):
        page = fenna.get(f"{people.home}new/{kind.name}").text.partition("<main")[2].lower()
        assert not re.search(r"salaris|schaal|loon|\bl[bcd]\b|\bl1[0-2]\b|functiemix|fuwa", page), kind.name


def test_words_are_read_only_where_she_allows(people, fenna, told):
    circle, coach, leader = (people.browser(one) for one in (people.lotte, people.ruben, people.hanne))
    assert [one.get(told["words"]).status_code for one in (circle, coach, leader)] == [404, 404, 404]
    shared = post(fenna, f"{told['words']}shares", {"target": f"circle:{people.circle}", "last_day": ""})
    assert shared.status_code == 303
    page = circle.get(told["words"])
    assert page.status_code == 200 and "sneller durven vragen" in page.text
    assert "Werkplekbegeleider" not in page.text, "the role it is about wasn't shared"
    assert [one.get(told["words"]).status_code for one in (coach, leader)] == [404, 404]
    [share] = re.findall(r"shares/([0-9a-f-]{36})/", fenna.get(told["words"]).text)[:1]
    assert post(fenna, f"{told['words']}shares/{share}/end").status_code == 303
    assert circle.get(told["words"]).status_code == 404


def test_what_a_week_takes_is_hers_also_when_she_shares_the_week(people, fenna, told):
    page = fenna.get(f"{people.home}time").text
    assert ENERGY in page
    week = re.search(rf'href="({people.home}[0-9a-f-]+/)#who"', page).group(1)
    assert post(fenna, f"{week}shares", {"target": f"coaching:{people.coaching}", "last_day": ""}).status_code == 303
    seen = people.browser(people.ruben).get(week)
    assert seen.status_code == 200 and "Lesgeven" in seen.text and "lichter thuis" not in seen.text
    assert "Energie" not in seen.text, "not even that there is any"
    hanne = people.browser(people.hanne)
    assert [hanne.get(place).status_code for place in (week, f"{people.home}time", people.home)] == [404, 404, 404]


def test_role_history_goes_along_to_another_cohort_and_stays_where_it_is_off(people, fenna, told):
    yesterday = today() - dt.timedelta(days=1)
    with people.database.write() as session:
        session.execute(update(CohortMember).where(CohortMember.person_id == people.fenna.id).values(until=yesterday))
        school = session.scalars(select(School)).first()
        person = session.get_one(type(people.fenna), people.fenna.id)
        other = make_cohort(session, school, person, since=yesterday)
        switch = make_switch(session, other, "loopbaan", since=yesterday)
    page = fenna.get(people.home).text
    assert "Vraagbaak voor starters" in page and "picture-of-years__wide" in page
    with people.database.write() as session:
        session.execute(update(type(switch)).values(until=yesterday))
    kept = fenna.get(people.home)
    assert kept.status_code == 200 and "Vraagbaak voor starters" in kept.text and "picture-of-years" not in kept.text
    assert STORY[:40] in fenna.get(told["informal"]).text


def test_idris_stays_and_that_is_a_move_like_any_other(people):
    idris, home = people.browser(people.idris), people.home_of(people.idris)
    empty = idris.get(f"{home}moves").text
    assert "Heb je weleens besloten om te blijven?" in empty
    form = {"title": "Voluit leraar", "happened_on": today().isoformat(), "seen": "0", "what": "stay", "image": "rings",
            "why": STAYING}  # fmt: skip
    kept = post(idris, f"{home}new/career_move", form)
    assert kept.status_code == 303
    page = idris.get(kept.location).text
    assert "Dat is geen stilstand, dat is kiezen." in page and "Groeien in je vak" in page
    moves, years = idris.get(f"{home}moves").text, idris.get(home).text
    assert "Blijven" in moves and "Voluit leraar" in moves
    assert "Voluit leraar" in years and "blijven · groeien in je vak" in years
    offered = re.findall(r'name="what"[^>]* value="(\w+)"', idris.get(f"{home}new/career_move").text)
    assert set(offered) == {"stay", "explore", "try", "step", "step_back"} and offered[0] == "stay"
