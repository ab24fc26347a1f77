"""All of it can be taken along and comes back identical, where the plugin is on and where it isn't."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from portfolio.testing import make_cohort, make_person, make_school, make_switch, portfolio_of, post

KINDS = {"vision", "vision_exercise", "vision_rereading", "one_line", "letter_to_myself"}


def archive_of(browser):
    answer = post(browser, "/account/take-along")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    data = answer.data
    answer.close()
    return data


@pytest.fixture
def archive(people, fenna):
    exercise = people.write("vision_exercise", "De leraar", method="teacher_who_shaped_me", steps={"scene": "Stil."})
    first = people.write("vision", "Eerste", stand_for="Gezien.", based_on=exercise)
    second = people.write("vision", "Tweede", one_line="Ik maak ruimte.", changed_because="Een vraag.", continues=first)
    people.write("vision_rereading", "Nog waar? Deels.", still_true="partly", note="Half.", looks_back_on=second)
    people.write("one_line", "Ik maak ruimte.", taken_from=second)
    people.write("letter_to_myself", "Later", text="Dag ik.", open_on="2029-09-01")
    return archive_of(fenna)


def test_it_can_be_read_without_this_software(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        pages = "".join(found.read(name).decode() for name in found.namelist() if name.endswith(".html"))
        data = json.loads(found.read(next(name for name in found.namelist() if name.endswith("portfolio.json"))))
    for words in ("Gezien.", "Stil.", "Een vraag.", "Half.", "Dag ik.", "Ik maak ruimte.", "Waar ik voor sta"):
        assert words in pages, words
    assert {entry["kind"] for entry in data["portfolio"]["entries"]} >= KINDS


@pytest.mark.parametrize("on", [True, False])
def test_it_comes_back_identical(people, archive, on):
    with people.database.write() as session:
        school = make_school(session, name="Elders")
        person = make_person(session, name="Fenna Elders", school=school)
        if on:
            make_switch(session, make_cohort(session, school, person), "visie_missie")
        portfolio = portfolio_of(session, person).id
    browser = people.browser(person)
    answer = post(browser, "/account/bring-back", {"archive": (io.BytesIO(archive), "mijn.zip")})
    assert answer.status_code == 303, answer.text
    again = archive_of(browser)
    texts = []
    for one in (archive, again):
        with zipfile.ZipFile(io.BytesIO(one)) as found:
            name = next(name for name in found.namelist() if name.endswith("portfolio.json"))
            texts.append(json.loads(found.read(name))["portfolio"])
    assert texts[0] == texts[1]
    home = browser.get(f"/p/{portfolio}/visie_missie/")
    assert home.status_code == 200 and ("/new/" in home.text) is on, "where it is off, the list of what came along"
    assert "Ik maak ruimte." in home.text and "Eerste" in home.text and "Nog waar? Deels." in home.text
