"""All of it can be taken along and comes back identical, where the plugin is on and where it isn't."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from portfolio.testing import make_cohort, make_person, make_school, make_switch, portfolio_of, post


def archive_of(browser):
    answer = post(browser, "/account/take-along")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    data = answer.data
    answer.close()
    return data


@pytest.fixture
def archive(people, fenna):
    since = dt.date(2023, 8, 1)
    role = people.write(
        "role_held", "Vraagbaak", None, (since, dt.date(2025, 7, 31)), formality="informal", story="Donderdag."
    )
    people.write("role_held", "Begeleider", None, (since, None), formality="formal", continues=role)
    look = people.write("orientation", "Meelopen", what="day", saw="Wachten.")
    people.write("career_move", "Proef", what="try", image="beside", why="Omdat.", about_role=role, goes_with=look)
    said = people.write("spoken_ambition", "Zeggen", text="Hardop.", sharpness="worded")
    people.write("private_ambition", "Stil", text="Zacht.", beneath=said)
    week = people.write("time_division", "Week", None, (since, None), parts=[{"what": "Lesgeven", "days": "2,5"}])
    people.write("energy_note", "Energie", text="Lichter.", about_time=week)
    people.write("leadership_moment", "Stilte", place="formal_many", room="Zij meer.", about_role=role)
    people.write("words_received", "Kaart", words="Je doet het.", given_on="2024-06-26", about_role=role)
    return archive_of(fenna)


def test_it_can_be_read_without_this_software(people, archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        pages = "".join(found.read(name).decode() for name in found.namelist() if name.endswith(".html"))
        data = json.loads(found.read(next(name for name in found.namelist() if name.endswith("portfolio.json"))))
    for words in (
        "Donderdag.",
        "Wachten.",
        "Omdat.",
        "Hardop.",
        "Zacht.",
        "Lesgeven",
        "Lichter.",
        "Zij meer.",
        "Je doet het.",
    ):
        assert words in pages, words
    kinds = {kind.name for kind in people.app.registry.kinds_of("loopbaan") if kind.name in data["kinds"]}
    assert {entry["kind"] for entry in data["portfolio"]["entries"]} >= kinds and len(kinds) == 9


@pytest.mark.parametrize("on", [True, False])
def test_it_comes_back_identical(people, archive, on):
    with people.database.write() as session:
        school = make_school(session, name="Elders")
        person = make_person(session, name="Fenna Elders", school=school)
        if on:
            make_switch(session, make_cohort(session, school, person), "loopbaan")
        portfolio = portfolio_of(session, person).id
    browser = people.browser(person)
    answer = post(browser, "/account/bring-back", {"archive": (io.BytesIO(archive), "mijn.zip")})
    assert answer.status_code == 303, answer.text
    texts = []
    for one in (archive, archive_of(browser)):
        with zipfile.ZipFile(io.BytesIO(one)) as found:
            name = next(name for name in found.namelist() if name.endswith("portfolio.json"))
            texts.append(json.loads(found.read(name))["portfolio"])
    assert texts[0] == texts[1]
    home = browser.get(f"/p/{portfolio}/loopbaan/")
    assert home.status_code == 200 and "Vraagbaak" in home.text and ("picture-of-years" in home.text) is on
    if on:
        assert "Zacht." in browser.get(f"/p/{portfolio}/loopbaan/ambition").text
        assert "Lichter." in browser.get(f"/p/{portfolio}/loopbaan/time").text
