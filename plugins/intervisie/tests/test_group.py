"""A group: agreements with a number that each member confirms, and sessions that every member may plan."""

from __future__ import annotations

import datetime as dt
import re

from portfolio.clock import today
from portfolio.testing import post


def agree_on(people, who, text, seen):
    return post(people.browser(who), f"{people.group}/agreements", {"agreements": text, "seen": str(seen)})


def test_a_new_group_begins_with_what_it_agrees(people):
    page = people.browser("yara").get(people.group)
    assert page.status_code == 200 and "Schrijf jullie afspraken op" in page.text
    assert "Niemand anders weet ervan." in page.text
    assert "Wat hier gezegd wordt, blijft hier." in people.browser("yara").get(f"{people.group}/agreements").text


def test_each_change_of_the_agreements_asks_everybody_to_confirm_anew(people):
    assert agree_on(people, "yara", "Wat hier is, blijft hier.", 0).status_code == 303
    assert "heeft nog niet bevestigd" in people.browser("yara").get(people.group).text
    assert post(people.browser("fenna"), f"{people.group}/confirm", {"seen": "1"}).status_code == 303
    fenna = people.browser("fenna").get(people.group).text
    assert "Ik houd me hieraan" not in fenna and fenna.count("bevestigd op") == 2
    assert agree_on(people, "daan", "Wat hier is, blijft hier. Echt.", 1).status_code == 303
    fenna = people.browser("fenna").get(people.group).text
    assert "Ik houd me hieraan" in fenna and fenna.count("bevestigd op") == 1


def test_the_second_of_two_who_change_the_agreements_is_told_and_loses_nothing(people):
    agree_on(people, "yara", "Een.", 0)
    assert agree_on(people, "daan", "Twee.", 1).status_code == 303
    answer = agree_on(people, "fenna", "Drie.", 1)
    assert answer.status_code == 409 and "Twee." in answer.text and "Drie." in answer.text
    assert 'name="seen" value="2"' in answer.text
    assert agree_on(people, "fenna", "Twee en drie.", 2).status_code == 303
    assert agree_on(people, "noor", "Twee en drie.", 2).status_code == 303, "the same text once more is no change"


def test_who_confirms_what_has_changed_meanwhile_hasnt_confirmed(people):
    agree_on(people, "yara", "Een.", 0)
    agree_on(people, "yara", "Twee.", 1)
    post(people.browser("fenna"), f"{people.group}/confirm", {"seen": "1"})
    assert "Ik houd me hieraan" in people.browser("fenna").get(people.group).text


def test_a_session_is_planned_with_a_method_of_65_minutes_and_read_by_every_member(people):
    address = people.plan("fenna", begins_at="19.30", place="Online", facilitator="fenna", case_owner="yara")
    for who in ("fenna", "daan", "sem"):
        page = people.browser(who).get(address).text
        assert "65 minuten" in page and "19:30" in page and "Yara Doenalsof" in page and "Adviesronde" in page
    assert "Vraag van Yara Doenalsof" in people.browser("daan").get(people.group).text
    assert "Vraag van Yara Doenalsof" in people.browser("daan").get(people.own("daan")).text


def test_who_changes_a_session_on_top_of_another_change_is_told(people):
    address = people.plan()
    day = (today() + dt.timedelta(days=9)).isoformat()
    form = people.browser("daan").get(f"{address}edit").text
    minutes = dict(re.findall(r'name="(minutes-\w+)"[^>]*value="(\d+)"', form))
    if not minutes:
        minutes = {name: value for value, name in re.findall(r'value="(\d+)"[^>]*name="(minutes-\w+)"', form)}
    assert len(minutes) == 7
    typed = {"day": day, "method": "incident_kort", "seen": "1", **minutes}
    assert post(people.browser("daan"), f"{address}edit", typed | {"place": "Bij Daan"}).status_code == 303
    answer = post(people.browser("noor"), f"{address}edit", typed | {"place": "Bij Noor"})
    assert answer.status_code == 409 and "Bij Noor" in answer.text
    typed |= {"seen": "2", "minutes-adviesronde": "20"}
    assert post(people.browser("noor"), f"{address}edit", typed).status_code == 303
    assert "75 minuten" in people.browser("daan").get(address).text


def test_my_own_page_asks_a_question_and_leads_to_my_groups(people):
    page = people.browser("daan").get(people.own("daan")).text
    assert "Welke vraag loopt met je mee naar huis?" in page and f'href="{people.group}"' in page
    assert "Buitenspiegel" in page and "tot je het in een groep inbrengt" in page
    alone = people.browser("lotte").get(people.own("lotte")).text
    assert "Welke vraag loopt met je mee naar huis?" in alone and "begin dan een kring" in alone
    assert "/group" not in alone


def test_an_outsider_finds_nothing(people):
    address = people.plan()
    for who in ("hanne", "mirjam", "ruben", "lotte"):
        for page in (people.home, people.group, address, f"{people.home}sessions/new", f"{address}edit"):
            assert people.browser(who).get(page).status_code == 404, (who, page)
