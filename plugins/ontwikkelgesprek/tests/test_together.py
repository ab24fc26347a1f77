"""The two at the same time: releasing at once, writing at once, taking back, and answers that a change takes back."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid

import pytest
from portfolio_plugins.ontwikkelgesprek import preparing
from portfolio_plugins.ontwikkelgesprek.models import Conversation, LogLine
from sqlalchemy import delete, func, select

from portfolio.clock import now, today
from portfolio.entries.models import Attachment, Entry, Reading, Snapshot
from portfolio.notices.models import Notice
from portfolio.people.closing import close_account


@pytest.fixture
def talk(people):
    """A conversation of today that both have prepared, with something chosen."""
    made = people.plan("fenna")
    entry = people.write("fenna", "evidence", "De proefweek", story="We deden het.")
    assert people.send("fenna", f"{made}choose/{entry}", {"fields": ["story"]}).status_code == 303
    people.prepare(made)
    return made


def id_of(talk):
    return uuid.UUID(talk.rstrip("/").split("/")[-1])


def test_two_who_release_at_once_open_it_once(people, talk):
    ready, outcomes = threading.Barrier(2), {}

    def release(who):
        ready.wait()
        with people.database.write() as session:
            outcomes[who] = preparing.release(people.scope(session, who), id_of(talk))

    threads = [threading.Thread(target=release, args=(who,)) for who in ("fenna", "hanne")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes.values()) == [False, True]
    with people.database.read() as session:
        lines = select(LogLine.what, func.count()).group_by(LogLine.what)
        told = dict(session.execute(lines).all())
        parts = session.scalars(select(Entry.audience).where(Entry.kind.like("%_preparation"))).all()
        opened = session.scalars(select(Snapshot.opened_at)).one()
    assert told["released"] == 2 and told["opened"] == 1
    assert parts == ["portfolio", "portfolio"] and opened is not None


def test_a_release_is_taken_back_until_the_other_releases(people, talk):
    for who in ("fenna", "fenna"):
        assert people.send(who, f"{talk}release").status_code == 303
    assert "heeft vrijgegeven" in people.browser("hanne").get(talk).text
    assert people.send("fenna", f"{talk}take-back").status_code == 303
    assert "heeft nog niet vrijgegeven" in people.browser("hanne").get(talk).text
    assert people.send("hanne", f"{talk}release").status_code == 303
    assert "Ze vragen jou" not in people.browser("fenna").get(talk).text
    people.send("fenna", f"{talk}release")
    assert "Ze vragen jou" in people.browser("fenna").get(talk).text
    people.send("fenna", f"{talk}take-back")
    assert "al allebei open" in people.browser("fenna").get(talk).text
    assert "Ik wil starters begeleiden." in people.browser("hanne").get(talk).text


def test_a_preparation_is_nowhere_to_be_found_before(people, talk):
    part, said = people.text_of("teacher_preparation"), "Ik wil starters begeleiden."
    hanne = people.browser("hanne")
    assert hanne.get(f"{people.home}{part.id}/").status_code == 404
    for address in (f"/p/{people.place}/together", "/together", f"{people.home}conversations", "/", talk, f"{talk}log"):
        page = hanne.get(address).text
        assert said not in page and "Voorbereiding van de leraar" not in page
    assert said in people.browser("fenna").get(f"{people.home}{part.id}/").text
    assert "Geen medische informatie" in people.browser("fenna").get(f"{talk}prepare").text


def test_nothing_is_released_without_a_word_and_nothing_of_what_was_called_off_opens(people):
    talk = people.plan("hanne")
    assert people.send("hanne", f"{talk}release").status_code == 303
    assert "Schrijf eerst je eigen voorbereiding" in people.browser("hanne").get(talk).text
    people.prepare(talk)
    people.send("hanne", f"{talk}release")
    assert people.send("fenna", f"{talk}state", {"state": "off"}).status_code == 303
    assert people.send("fenna", f"{talk}release").status_code == 403
    assert "STATUS:CANCELLED" in people.browser("hanne").get(f"{talk}calendar.ics").text
    people.send("hanne", f"{talk}state", {"state": "on"})
    people.send("fenna", f"{talk}release")
    page = people.browser("fenna").get(talk).text
    assert "Ze vragen jou." not in page and "Je hebt vrijgegeven." in page, "calling off takes releases back"


def test_who_changes_the_plan_on_top_of_the_other_is_told(people):
    talk = people.plan("fenna")
    day = (today() + dt.timedelta(days=3)).isoformat()
    form = {"kind": "ontwikkelgesprek", "day": day, "begins_at": "9.15", "place": "Kamer 9", "seen": "1"}
    assert people.send("hanne", f"{talk}edit", form).status_code == 303
    answer = people.send("fenna", f"{talk}edit", form | {"place": "Buiten"})
    assert answer.status_code == 409 and "Kamer 9" in answer.text and 'value="Buiten"' in answer.text
    assert people.send("fenna", f"{talk}edit", form | {"place": "Buiten", "seen": "2"}).status_code == 303
    file = people.browser("hanne").get(f"{talk}calendar.ics").text
    assert "Buiten" in file and "SEQUENCE:3" in file and "gesprek" not in file.lower().replace("ontwikkelgesprek@", "")
    wrongs = ({"kind": "beoordelingsgesprek"}, {"begins_at": "later"}, {"place": "x" * 201}, {"day": "2999-01-01"})
    for wrong in ({"day": ""}, *wrongs):
        assert people.send("fenna", f"{talk}edit", form | {"seen": "3"} | wrong).status_code == 422, wrong


def test_what_the_other_wrote_meanwhile_is_shown_and_nothing_typed_is_lost(people, talk):
    people.open(talk)
    row = {"agreements-0-who": "both", "seen": "0"}
    assert people.send("hanne", f"{talk}agreements", row | {"agreements-0-text": "Van Hanne"}).status_code == 303
    answer = people.send("fenna", f"{talk}agreements", row | {"agreements-0-text": "Van Fenna"})
    assert answer.status_code == 409 and "Van Hanne" in answer.text and 'value="Van Fenna"' in answer.text
    for wrong in ({"agreements-0-who": ""}, {"agreements-0-look_back_on": "morgen"}, {"agreements-0-text": "x" * 401}):
        form = row | {"agreements-0-text": "Iets", "seen": "1"} | wrong
        assert people.send("fenna", f"{talk}agreements", form).status_code == 422
    assert people.report(talk, "Eerst").status_code == 303
    assert people.report(talk, "Tweede", "1").status_code == 303
    answer = people.report(talk, "Op een ander scherm", "1")
    assert answer.status_code == 409 and "Tweede" in answer.text and "Op een ander scherm" in answer.text


def test_any_change_takes_both_answers_back(people, talk):
    people.open(talk)
    people.report(talk, "Eerst")
    report = people.text_of("conversation_report")
    agreed = {"agreements-0-text": "Iets", "agreements-0-who": "both", "seen": "0"}
    elsewhere = {"text": "Elders", "title": "X", "happened_on": today().isoformat(), "seen": "2"}
    changes = (
        lambda: people.report(talk, "Anders", "1"),
        lambda: people.send("hanne", f"{talk}addition", {"text": "Ik ook.", "seen": "0"}),
        lambda: people.send("hanne", f"{talk}agreements", agreed),
        lambda: people.send("fenna", f"{people.home}{report.id}/edit", elsewhere),
    )
    for change in changes:
        page = people.browser("hanne").get(talk).text
        seen = re.search(r'name="seen" value="([0-9a-f]{32})"', page).group(1)
        assert people.answer("fenna", talk).status_code == 303
        assert "Fenna Voorbeeld is het ermee eens." in people.browser("hanne").get(talk).text
        assert change().status_code == 303
        assert "Fenna Voorbeeld heeft hier nog niet op geantwoord." in people.browser("hanne").get(talk).text
        late = people.send("hanne", f"{talk}answer", {"answer": "differ", "note": "Nee, zo niet.", "seen": seen})
        assert late.status_code == 409 and "Nee, zo niet." in late.text
    assert people.answer("hanne", talk, "differ").status_code == 422, "a difference needs a word"
    assert people.answer("hanne", talk, "").status_code == 422
    assert [people.answer(who, talk).status_code for who in ("hanne", "fenna")] == [303, 303]
    assert "vastgesteld" in people.browser("hanne").get(talk).text
    with people.database.read() as session:
        assert session.scalars(select(Conversation.settled_at)).one() is not None


def test_the_open_page_is_told_nothing_while_nothing_changed_for_its_reader(people, talk):
    assert people.browser("hanne").get(f"{talk}during").status_code == 200, "on its day it can be held unprepared"
    people.open(talk)
    page = people.browser("hanne").get(f"{talk}during").text
    again = re.search(r'hx-get="([^"]+)"', page).group(1).replace("&amp;", "&")
    assert people.browser("hanne").get(again).status_code == 204
    people.send("fenna", f"{talk}points", {"text": "Het rooster"})
    answer = people.browser("hanne").get(again)
    assert answer.status_code == 200 and "Het rooster" in answer.text and "<form" not in answer.text
    assert people.send("fenna", f"{talk}points", {"text": " "}).status_code == 422
    assert people.send("fenna", f"{talk}points", {"text": "x" * 501}).status_code == 422


def test_an_open_page_doesnt_tell_that_the_other_prepares(people):
    talk = people.plan("hanne")
    entry = people.write("fenna", "evidence", "De proefweek", story="We deden het.")
    page = people.browser("hanne").get(f"{talk}during").text
    again = re.search(r'hx-get="([^"]+)"', page).group(1).replace("&amp;", "&")
    people.send("fenna", f"{talk}prepare", {"ambition": "Nog voor mezelf."})
    people.send("fenna", f"{talk}choose/{entry}", {"fields": ["story"]})
    assert people.browser("hanne").get(again).status_code == 204
    before = people.browser("hanne").get(talk).text
    people.send("fenna", f"{talk}prepare", {"ambition": "Toch anders.", "seen": "1"})
    after = people.browser("hanne").get(talk).text
    assert len({re.sub(r"(?s)<input.*?>", "", page) for page in (before, after)}) == 1


def test_reading_the_others_words_stands_in_the_log_of_who_wrote_them(people, talk):
    people.browser("hanne").get(talk)
    with people.database.read() as session:
        assert session.scalars(select(Reading.reader_id)).all() == []
    people.open(talk)
    people.browser("hanne").get(talk)
    with people.database.read() as session:
        read = session.execute(select(Entry.kind, Reading.reader_id).join(Entry, Entry.id == Reading.entry_id)).all()
    hers = sorted(kind for kind, who in read if who == people.persons["hanne"].id)
    assert hers == ["evidence", "teacher_preparation"]


def test_a_day_to_come_has_no_report_yet_and_an_old_page_nothing_to_say(people):
    talk = people.plan("fenna", today() + dt.timedelta(days=5))
    assert people.report(talk).status_code == 403
    assert people.send("fenna", f"{talk}points", {"text": "Te vroeg"}).status_code == 403
    people.open(talk)
    assert people.report(talk).status_code == 303, "they met earlier"


def test_a_leader_whose_account_goes_takes_their_words_along_and_leaves_the_teacher_hers(people, talk):
    people.open(talk)
    people.report(talk, "We hebben teruggekeken.")
    people.send("hanne", f"{talk}addition", {"text": "Ik herken dit."})
    people.send("hanne", f"{talk}points", {"text": "Punt van Hanne"})
    people.answer("hanne", talk, "differ", "Ik zie het anders.")
    people.answer("fenna", talk)
    with people.database.write() as session:
        hanne = people.persons["hanne"].id
        close_account(session, people.app.registry, hanne, now(), today(), comments_too=True)
    page = people.browser("fenna").get(talk).text + people.browser("fenna").get(f"{talk}during").text
    assert "We hebben teruggekeken." in page
    hers = ("Ik herken dit.", "Punt van Hanne", "Ik zie het anders.", "Ze vragen jou.")
    assert [words for words in hers if words in page] == []
    with people.database.read() as session:
        assert session.scalars(select(Conversation.leader_note)).one() == ""


def test_news_goes_to_the_other_of_the_two_and_says_nothing_of_what_was_written(people):
    def news():
        with people.database.write() as session:
            found = {(row.kind.split(".")[1], row.person_id) for row in session.scalars(select(Notice))}
            session.execute(delete(Notice))
        return found

    fenna, hanne = (people.persons[who].id for who in ("fenna", "hanne"))
    talk = people.plan("fenna")
    assert news() == {("planned", hanne)}
    people.prepare(talk)
    assert news() == set(), "nobody learns that somebody prepares"
    people.send("hanne", f"{talk}release")
    assert news() == {("released", fenna)}
    people.send("fenna", f"{talk}release")
    assert news() == {("released", hanne)}
    people.report(talk)
    assert news() == {("answer", hanne)}
    agreed = {"agreements-0-text": "Iets", "agreements-0-who": "both", "seen": "0"}
    people.send("hanne", f"{talk}agreements", agreed)
    people.answer("fenna", talk)
    assert news() == {("answer", fenna), ("answer", hanne)}
    people.answer("hanne", talk)
    assert news() == {("settled", fenna)}


def test_what_may_say_too_much_about_somebody_is_shown_before_it_is_handed_over(people):
    talk = people.plan("fenna")
    said = {"story": "De leerling Kees Verzinsel is ziek.", "pupils_noticed": "Rust."}
    entry = people.write("fenna", "evidence", "Een gesprek", **said)
    fenna, address = people.browser("fenna"), f"{talk}choose/{entry}"
    assert people.send("fenna", address, {"fields": ["pupils_noticed"]}).status_code == 303, "only what goes along"
    with people.database.write() as session:
        session.add(Attachment(entry_id=entry, filename="leerling_Sanne_Bakker.jpg", media_type="image/jpeg", size=1,
                               sha256="0", alt="Het lokaal", pupils="no", added_at=now()))  # fmt: skip
    answer = people.send("fenna", address, {"fields": ["title", "story"], "note": "Bel 06-12345678."})
    assert answer.status_code == 422
    seen = ["Kees Verzinsel", "ziek", "06-12345678", "Sanne Bakker"]
    assert re.findall("<mark>(.*?)</mark>", answer.text) == seen
    assert fenna.get(f"{talk}read").text.count("Kees") == 0
    looked = answer.text.split('id="look"')[1].split("</form>")[0]
    form = dict(re.findall(r'name="(fields|note|anyway)" value="([^"]*)"', looked))
    assert form["fields"] == "title story" and form["note"] == "Bel 06-12345678."
    assert people.send("fenna", address, form | {"fields": "story"}).status_code == 422, "other words: another look"
    assert people.send("fenna", address, form).status_code == 303
    page = fenna.get(f"{talk}read").text
    assert "Kees Verzinsel" in page and "Bel 06-12345678." in page and "Rust." not in page
