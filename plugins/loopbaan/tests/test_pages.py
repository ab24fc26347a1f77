"""The pages as their owner meets them: empty ones that ask, forms in parts, two halves in one, and bad input."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from portfolio_plugins.loopbaan.catalogue import DIRECTIONS, DOMAINS, FORMAL, INFORMAL, ROLES
from sqlalchemy import update

from portfolio.clock import today
from portfolio.people.models import Switch
from portfolio.testing import post

ANY = {"happened_on": "2026-05-04", "seen": "0"}


def test_every_empty_page_asks_a_question_and_says_who_sees_it_in_both_languages(people, fenna):
    asked = {
        "": "Welke rol heb je die niemand je ooit gaf?",
        "moves": "Heb je weleens besloten om te blijven?",
        "ambition": "nauwelijks durft op te schrijven?",
        "time": "Waar bleven je dagen deze week",
        "places": "Wie kreeg vorige week meer ruimte",
        "everything": "Welke rol heb je die niemand je ooit gaf?",
    }
    for page, question in asked.items():
        found = fenna.get(people.home + page).text
        assert question in found and "Wie ziet dit?" in found and "/loopbaan/" in found, page
    post(fenna, "/language", {"language": "en", "next": "/"})
    for page in asked:
        assert "Who sees this?" in fenna.get(people.home + page).text, page


def test_a_role_is_chosen_from_the_names_or_written_freely(people, fenna):
    page = fenna.get(f"{people.home}new/role_held").text
    assert 'list="role-names"' in page and '<option value="Schoolopleider">' in page
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*new/role_held\?title=[^"]*)"', page)]
    assert "Vooral: het leren van collega" in page
    assert len(links) == len(ROLES) and not re.search(r'value="(in)?formal" checked', page)
    for name, formality in (("Schoolopleider", FORMAL), ("Vraagbaak", INFORMAL)):
        [link] = [one for one in links if one.endswith(f"title={name}")]
        chosen = fenna.get(link).text
        assert f'value="{name}"' in chosen and re.search(rf'value="{formality}" checked', chosen)
    own = post(fenna, f"{people.home}new/role_held", {**ANY, "title": "Degene met de sleutel", "formality": INFORMAL})
    assert own.status_code == 303 and "Degene met de sleutel" in fenna.get(people.home).text


def test_a_school_adds_names_of_its_own_in_both_languages(people, fenna):
    rows = [{"nl": "Leerpleinhouder", "en": "Keeper of the learning square", "formality": "formeel"},
            {"nl": "Plantenmeester", "en": "", "formality": ""}]  # fmt: skip
    with people.database.write() as session:
        session.execute(update(Switch).values(settings={"roles": rows}))
    page = fenna.get(f"{people.home}new/role_held").text
    assert '<option value="Leerpleinhouder">' in page and '<option value="Plantenmeester">' in page
    chosen = fenna.get(f"{people.home}new/role_held?title=Leerpleinhouder").text
    assert re.search(r'value="formal" checked', chosen)
    post(fenna, "/language", {"language": "en", "next": "/"})
    page = fenna.get(f"{people.home}new/role_held").text
    assert "Keeper of the learning square" in page and "Plantenmeester" in page and "Leerpleinhouder" not in page


def test_what_a_school_types_as_names_is_looked_at(people):
    from portfolio_plugins.loopbaan.catalogue import RoleNames

    from portfolio.errors import Refused

    for row in ({"nl": "", "en": "", "formality": "formal"}, {"nl": "Iets", "en": "", "formality": "hoog"}):
        with pytest.raises(Refused):
            RoleNames.validate({"roles": [row]})
    assert RoleNames.validate({"roles": [{"nl": "Iets", "en": "", "formality": "Informeel"}]})


def test_names_are_there_in_both_languages_once_each(app):
    from portfolio.i18n import speaking

    for language in ("nl", "en"):
        with speaking(language):
            names = [str(role.name) for role in ROLES]
            assert len(set(names)) == len(names) and all(names) and all(str(role.line) for role in ROLES)
    assert sum(role.formality == INFORMAL for role in ROLES) == 12 and len(ROLES) == 35
    assert {role.domain for role in ROLES} == dict(DOMAINS).keys() and {role.direction for role in ROLES} == {
        *DIRECTIONS
    }


@pytest.mark.parametrize("name", ["ambition", "time"])
def test_two_halves_are_written_on_one_page_and_become_two_entries(people, fenna, name):
    page = f"{people.home}{name}/write"
    whole = {"ambition": {"title": "Begeleiden", "text": "Ik wil starters begeleiden."},
             "time": {"parts-0-what": "Lesgeven", "parts-0-days": "4"}}[name]  # fmt: skip
    assert post(fenna, page, {**ANY, **whole, "own-text": "Ik durf het haast niet."}).status_code == 303
    seen = fenna.get(people.home + name).text
    assert "Ik durf het haast niet." in seen and (whole.get("text") or "Lesgeven") in seen
    again = re.search(rf'href="({people.home}{name}/write/[0-9a-f-]+)"', seen).group(1)
    form = fenna.get(again).text
    assert "Ik durf het haast niet." in form and form.count('type="hidden"') >= 3
    edit = {**ANY, **whole, "seen": "1", "own-seen": "1", "own-text": "Ik durf het."}
    assert post(fenna, again, edit).status_code == 303
    seen = fenna.get(people.home + name).text
    assert "Ik durf het." in seen and "haast niet" not in seen


def test_both_halves_ask_for_the_proof_against_forgery(people, fenna):
    form = {**ANY, "title": "Zeggen", "text": "Hardop.", "own-text": "Zacht."}
    for page in (f"{people.home}ambition/write", f"{people.home}time/write"):
        assert fenna.post(page, data=form).status_code == 400
        assert fenna.post(page, data=form | {"csrf_token": "verzonnen"}).status_code == 400
    assert "entry-row" not in fenna.get(f"{people.home}everything").text


@pytest.mark.parametrize("name", ["ambition", "time"])
def test_either_half_may_come_first_and_alone(people, fenna, name):
    page = f"{people.home}{name}/write"
    assert post(fenna, page, {**ANY, "title": "", "own-text": "Alleen voor mij."}).status_code == 303
    seen = fenna.get(people.home + name).text
    assert "Alleen voor mij." in seen
    again = re.search(rf'href="({people.home}{name}/write/[0-9a-f-]+)"', seen).group(1)
    later = {**ANY, "title": "Nu ook hardop", "text": "Dit zeg ik.", "parts-0-what": "Les", "parts-0-days": "3",
             "own-text": "Alleen voor mij.", "own-seen": "1"}  # fmt: skip
    assert post(fenna, again, later).status_code == 303
    seen = fenna.get(people.home + name).text
    assert "Alleen voor mij." in seen and ("Dit zeg ik." in seen or "3 Les" in seen)
    assert fenna.get(f"{people.home}everything").text.count("entry-row__title") == 2, "one of each, beside each other"


def test_a_week_is_known_by_what_is_in_it_unless_it_was_named(people, fenna):
    week = {**ANY, "parts-0-what": "Lesgeven", "parts-0-days": "3", "parts-1-what": "Ontwikkelen", "parts-1-days": "2"}
    assert post(fenna, f"{people.home}time/write", week).status_code == 303
    everything = fenna.get(f"{people.home}everything").text
    assert "3 Lesgeven, 2 Ontwikkelen" in everything
    one = re.search(r'href="[^"]*/([0-9a-f-]{36})/">3 Lesgeven', everything).group(1)
    assert post(fenna, f"{people.home}time/write/{one}", week | {"seen": "1", "parts-1-days": "1"}).status_code == 303
    assert "3 Lesgeven, 1 Ontwikkelen" in fenna.get(f"{people.home}everything").text
    named = week | {"seen": "2", "title": "Het goede jaar"}
    assert post(fenna, f"{people.home}{one}/edit", named).status_code == 303
    assert post(fenna, f"{people.home}time/write/{one}", week | {"seen": "3"}).status_code == 303
    assert "Het goede jaar" in fenna.get(f"{people.home}everything").text


def test_an_empty_form_is_not_kept_and_says_so(people, fenna):
    answer = post(fenna, f"{people.home}ambition/write", {**ANY, "title": ""})
    assert answer.status_code == 422 and "Nog niet bewaard" in answer.text


def test_sending_both_halves_twice_makes_one_of_each(people, fenna):
    page = f"{people.home}ambition/write"
    once = re.search(r'name="once" value="([^"]+)"', fenna.get(page).text).group(1)
    form = {**ANY, "title": "Zeggen", "text": "Hardop.", "own-text": "Zacht.", "once": once}
    assert [post(fenna, page, form).status_code for _turn in range(2)] == [303, 303]
    assert fenna.get(f"{people.home}everything").text.count("entry-row__title") == 2


def test_who_saves_on_top_of_another_edit_is_told_and_loses_nothing(people, fenna):
    said = people.write("spoken_ambition", "Zeggen", dt.date(2026, 5, 4), text="Een.")
    page = f"{people.home}ambition/write/{said}"
    form = {**ANY, "title": "Zeggen", "seen": "1"}
    assert post(fenna, page, {**form, "text": "Twee."}).status_code == 303
    answer = post(fenna, page, {**form, "text": "Drie."})
    assert answer.status_code == 409 and "Drie." in answer.text and "intussen veranderd" in answer.text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', answer.text).group(1)
    assert post(fenna, page, {**form, "seen": seen, "text": "Drie."}).status_code == 303
    assert "Drie." in fenna.get(f"{people.home}ambition").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts-0-what": "Les", "parts-0-days": "veel"},
        {"parts-0-what": "Les", "parts-0-days": "8"},
        {"parts-0-what": "Les", "parts-0-days": "-1"},
        {"parts-0-what": "Les", "parts-0-days": "nan"},
        {"parts-0-what": "Les", "parts-0-days": "inf"},
        {"parts-0-what": "", "parts-0-days": "2"},
        {"parts-0-what": "Les", "parts-0-days": "2", "from_on": "2026-05-04", "until_on": "2026-05-03"},
        {"parts-0-what": "Les", "parts-0-days": "2", "happened_on": "31-02-2026"},
        {"parts-0-what": "Les", "parts-0-days": "2", "seen": "x"},
        {"parts-0-what": "Les", "parts-0-days": "2", "own-seen": "-1", "own-text": "Iets."},
    ],
)
def test_a_week_that_cant_be_is_refused_and_nothing_typed_is_lost(people, fenna, wrong):
    answer = post(fenna, f"{people.home}time/write", {**ANY, "title": "Week", **wrong})
    assert answer.status_code == 422 and "Nog niet bewaard" in answer.text
    assert f'value="{wrong["parts-0-days"]}"' in answer.text
    assert "entry-row" not in fenna.get(f"{people.home}everything").text


def test_choices_that_arent_there_are_refused(people, fenna):
    forms = {
        "role_held": {"formality": "hoog"},
        "career_move": {"what": "stay", "image": "ladder"},
        "orientation": {"what": "day", "curious": "veel"},
        "leadership_moment": {"place": "top"},
    }
    for kind, typed in forms.items():
        answer = post(fenna, f"{people.home}new/{kind}", {**ANY, "title": "Iets", **typed})
        assert answer.status_code == 422, kind
        assert post(fenna, f"{people.home}new/{kind}", {**ANY, "title": "Iets"}).status_code == 422, "one is needed"


def test_what_isnt_there_or_isnt_of_the_pair_is_404(people, fenna):
    role, said = people.write("role_held", "Rol", formality="formal"), people.write("spoken_ambition", "Zin")
    gone = people.write("spoken_ambition", "Weg")
    post(fenna, f"{people.home}{gone}/delete")
    for one in (role, gone, uuid.uuid4()):
        assert fenna.get(f"{people.home}ambition/write/{one}").status_code == 404
        assert post(fenna, f"{people.home}ambition/write/{one}", ANY).status_code == 404
    assert fenna.get(f"{people.home}time/write/{said}").status_code == 404
    assert "Weg" not in fenna.get(f"{people.home}ambition").text


def test_half_of_a_pair_that_is_thrown_away_leaves_the_other(people, fenna):
    said = people.write("spoken_ambition", "Zin", text="Hardop.")
    people.write("private_ambition", "Stil", text="Zacht.", beneath=said)
    post(fenna, f"{people.home}{said}/delete")
    page = fenna.get(f"{people.home}ambition").text
    assert "Zacht." in page and "Hardop." not in page


def test_a_moment_or_role_lies_in_its_field_and_nothing_is_counted(people, fenna):
    people.write("leadership_moment", "Bij het raam", place="informal_many", room="Zij meer, ik minder.")
    people.write("role_held", "Voorzitter", formality="formal", place="formal_one")
    people.write("role_held", "Zonder plek", formality="formal")
    page = fenna.get(f"{people.home}places").text
    fields = re.split(r'<section class="fields__one"', page)[1:]
    assert len(fields) == 4 and "Zonder plek" not in page
    where = {
        words: number
        for number, field in enumerate(fields)
        for words in ("Bij het raam", "Voorzitter")
        if words in field
    }
    assert where == {"Voorzitter": 0, "Bij het raam": 3}
    assert not re.search(r"\d+ (rollen|momenten)", page)


def test_the_overview_asks_about_a_role_of_more_than_a_year_ago_and_counts_nothing(people, fenna):
    from portfolio.entries.models import Entry

    role = people.write("role_held", "Vraagbaak", formality="informal")
    assert "Wat doen anderen nu, sinds jij deze rol hebt?" not in fenna.get("/").text
    with people.database.write() as session:
        entry = session.get_one(Entry, role)
        entry.updated_at = entry.updated_at - dt.timedelta(days=400)
    page = fenna.get("/").text
    assert "Wat doen anderen nu, sinds jij deze rol hebt?" in page and f"{people.home}{role}/" in page


def test_an_edit_of_a_role_points_to_the_role_it_grew_into(people, fenna):
    role = people.write("role_held", "Vraagbaak", formality="informal", story="Lang verhaal.")
    next_one = f"{people.home}new/role_held?from={role}&amp;as=continues"
    assert (
        next_one in fenna.get(f"{people.home}{role}/edit").text and next_one in fenna.get(f"{people.home}{role}/").text
    )
    form = fenna.get(next_one.replace("&amp;", "&")).text
    assert f'value="{role}" checked' in form and "Lang verhaal." not in form


def test_no_address_has_words_that_somebody_wrote(people, fenna):
    """Addresses are kept in logs."""
    said = people.write("spoken_ambition", "Geheimzinnig", text="Geheimzinnig.")
    people.write("role_held", "Geheimzinnig", formality="formal")
    for page in ("", "moves", "ambition", "time", "places", "everything", f"{said}/", "new/role_held"):
        links = re.findall(r'href="([^"]*)"', fenna.get(people.home + page).text)
        assert [link for link in links if "eheimzinnig" in link] == [], page


def test_a_role_of_the_far_past_and_one_to_come_have_their_place(people, fenna):
    people.write("role_held", "Oud", today(), (dt.date(1950, 1, 1), dt.date(1960, 1, 1)), formality="formal")
    people.write("role_held", "Straks", today(), (today() + dt.timedelta(days=300), None), formality="informal")
    people.write("role_held", "Zonder begin", today(), (None, dt.date(2020, 1, 1)), formality="formal")
    people.write("time_division", "Ooit", today(), (dt.date(1950, 1, 1), None), parts=[{"what": "Les", "days": "5"}])
    for page in ("", "time"):
        answer = fenna.get(people.home + page)
        assert answer.status_code == 200 and "NaN" not in answer.text, page
    assert all(name in fenna.get(people.home).text for name in ("Oud", "Straks", "Zonder begin"))
