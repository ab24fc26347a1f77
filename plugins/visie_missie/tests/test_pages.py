"""The pages as their owner meets them: an empty one, the forms in parts, a letter that stays folded."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from portfolio_plugins.visie_missie.exercises import EXERCISES

from portfolio.clock import today
from portfolio.testing import post

ANY = {"happened_on": "2026-05-04", "seen": "0"}


def test_an_empty_page_asks_a_question_and_offers_every_exercise(people, fenna):
    page = fenna.get(people.home).text
    assert "Wat hoop je dat een leerling over tien jaar nog weet van jouw lessen?" in page
    assert "Alleen jij ziet deze pagina." in page
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/new/[^"]*)"', page)]
    offered = [link for link in links if "with=" in link]
    assert len(offered) == len(EXERCISES) == 6
    assert any(link.endswith("/new/letter_to_myself") for link in links)
    assert {link: status for link in links if (status := fenna.get(link).status_code) != 200} == {}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.code)
def test_an_exercise_asks_its_steps_and_keeps_them(people, fenna, exercise):
    address = f"{people.home}new/vision_exercise?with={exercise.code}"
    form = fenna.get(address).text
    assert [step.code for step in exercise.steps if f'name="steps-{step.code}"' not in form] == []
    assert 'name="text"' not in form, "the steps are the form"
    typed = {f"steps-{step.code}": f"Antwoord bij {step.code}" for step in exercise.steps}
    answer = post(fenna, address, {**ANY, "title": "Mijn oefening", "method": exercise.code, **typed})
    assert answer.status_code == 303, answer.text
    page = fenna.get(answer.location).text
    assert [words for words in typed.values() if words not in page] == []
    assert str(exercise.title) in page


def test_an_exercise_of_ones_own_has_room_too(people, fenna):
    page = fenna.get(f"{people.home}new/vision_exercise").text
    assert 'name="text"' in page and 'name="moments-0' not in page and 'name="roles-0' not in page


@pytest.mark.parametrize(
    ("code", "field", "column"), [("lifeline", "moments", "event"), ("personal_mission", "roles", "say")]
)
def test_moments_and_roles_are_rows_of_their_own_exercise_and_stay_after_an_edit(people, fenna, code, field, column):
    new = f"{people.home}new/vision_exercise?with="
    assert [one.code for one in EXERCISES if f'name="{field}-0-' in fenna.get(new + one.code).text] == [code]
    rows = {f"{field}-0-{column}": "De brug ging open", f"{field}-1-{column}": "Ik bleef"}
    form = {**ANY, "title": "Mijn lijn", "method": code, **rows}
    kept = post(fenna, new + code, form)
    assert kept.status_code == 303
    edit = fenna.get(f"{kept.location}edit").text
    assert 'value="De brug ging open"' in edit
    form = {**form, "seen": "1", f"{field}-1-{column}": "Ik ging"}
    assert post(fenna, f"{kept.location}edit", form).status_code == 303
    page = fenna.get(kept.location).text
    assert "De brug ging open" in page and "Ik ging" in page and "Ik bleef" not in page
    assert fenna.get(f"{kept.location}texts/1").status_code == 200


def test_the_form_of_a_version_comes_in_parts_and_says_that_it_may_show_a_belief(people, fenna):
    page = fenna.get(f"{people.home}new/vision").text
    parts = ["De kern", 'name="stand_for"', 'name="go_for"', 'name="one_line"', "Concreet gemaakt",
             'name="good_education"', 'name="colleagues"', 'name="let_go"', "Deze versie", 'name="title"']  # fmt: skip
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    assert "kan je geloof of overtuiging blijken" in page
    assert 'name="changed_because"' not in page, "a first version changed nothing"


def test_a_next_version_begins_with_the_words_of_the_last_and_names_it(people, fenna):
    version = people.write("vision", "Niemand onzichtbaar", stand_for="Ieder kind gezien.", occasion="De start")
    page = fenna.get(people.next(version)).text
    assert "Ieder kind gezien." in page and f'value="{version}" checked' in page
    assert 'name="changed_because"' in page and "De start" not in page
    answer = post(fenna, people.next(version), {**ANY, "title": "", "stand_for": "Ieder mens gezien."})
    assert answer.status_code == 422 and "Ieder mens gezien." in answer.text, "what was typed is there"


def test_what_is_linked_wrong_is_said_and_nothing_is_kept(people, fenna):
    version = people.write("vision", "Niemand onzichtbaar")
    form = {**ANY, "title": "Ook ik", "links-continues": str(uuid.uuid4())}
    answer = post(fenna, people.next(version), form)
    assert answer.status_code == 422 and "links-continues-error" in answer.text
    answer = post(fenna, people.next(version), {**ANY, "title": "Ook ik", "links-continues": "geen id"})
    assert answer.status_code == 303, "what is no id is no link"


def test_sending_a_version_or_a_look_back_twice_makes_one(people, fenna):
    version = people.write("vision", "Niemand onzichtbaar")
    for page, form in (
        (people.next(version), {**ANY, "title": "Ook ik", "links-continues": str(version)}),
        (f"{people.home}again/{version}", {**ANY, "still_true": "yes"}),
    ):
        once = re.search(r'name="once" value="([^"]+)"', fenna.get(page).text).group(1)
        first, second = (post(fenna, page, {**form, "once": once}) for _turn in range(2))
        assert first.status_code == second.status_code == 303
        assert first.location == second.location


def test_an_edit_of_a_version_points_to_a_next_one(people, fenna):
    version = people.write("vision", "Niemand onzichtbaar", stand_for="Gezien.", changed_because="Omdat.")
    page = fenna.get(f"{people.home}{version}/edit").text
    assert people.next(version).replace("&", "&amp;") in page and "Omdat." in page and "Gezien." in page


def test_a_look_back_needs_an_answer_and_keeps_what_was_typed(people, fenna):
    version = people.write("vision", "Niemand onzichtbaar", stand_for="Gezien.")
    address = f"{people.home}again/{version}"
    assert "Gezien." in fenna.get(address).text, "one reads before one answers"
    answer = post(fenna, address, {**ANY, "note": "Ik weet het niet."})
    assert answer.status_code == 422 and "Ik weet het niet." in answer.text and "Gezien." in answer.text
    for wrong in ({"still_true": "misschien"}, {"still_true": "yes", "happened_on": "2999-01-01"}):
        assert post(fenna, address, {**ANY, **wrong}).status_code == 422
    assert post(fenna, address, {**ANY, "still_true": "no"}).status_code == 303
    assert "Nog waar? Nee." in fenna.get(people.home).text


def test_before_sharing_a_page_reminds_of_belief_and_says_who_reads(people, fenna):
    for kind in ("vision", "vision_exercise", "one_line"):
        page = fenna.get(f"{people.home}{people.write(kind, 'Iets')}/").text
        assert "je geloof of je overtuiging" in page and "Alleen jij ziet dit." in page, kind


def test_a_letter_stays_folded_until_its_day_and_with_its_writer_alone(people, fenna):
    ahead = (today() + dt.timedelta(days=900)).isoformat()
    folded = fenna.get(f"{people.home}{people.write('letter_to_myself', 'Later', text='Dag ik.', open_on=ahead)}/").text
    before, _summary, inside = folded.partition("<summary>Toch nu openvouwen</summary>")
    assert "Dichtgevouwen tot" in before and "Dag ik." not in before and "Dag ik." in inside
    past = people.write("letter_to_myself", "Nu", text="Dag nu.", open_on=today().isoformat())
    opened = fenna.get(f"{people.home}{past}/").text
    assert "Dag nu." in opened and "Dichtgevouwen" not in opened
    assert 'name="target"' not in opened, "no form to share it with"
    answer = post(fenna, f"{people.home}{past}/shares", {"target": "address", "address": people.ruben.email})
    assert answer.status_code == 422
    assert people.browser(people.ruben).get(f"{people.home}{past}/").status_code == 404


def test_a_version_that_isnt_there_or_isnt_one_is_404(people, fenna):
    exercise = people.write("vision_exercise", "Iets")
    binned = people.write("vision", "Weg")
    there = people.write("vision", "Hier")
    post(fenna, f"{people.home}{binned}/delete")
    for one in (exercise, binned, uuid.uuid4()):
        for page in (f"again/{one}", f"beside/{one}/{there}", f"beside/{there}/{one}"):
            assert fenna.get(people.home + page).status_code == 404, page
    assert "Weg" not in fenna.get(people.home).text


def test_everything_is_in_a_list_with_who_reads_it(people, fenna):
    for number in range(21):
        people.write("vision", f"Versie {number}", today() - dt.timedelta(days=number))
    first, second = (fenna.get(f"{people.home}everything?page={page}").text for page in (1, 2))
    assert "Versie 0" in first and "Versie 20" not in first and "Versie 20" in second
    assert "Alleen jij" in first
    assert f"{people.home}everything" in fenna.get(people.home).text


def test_three_versions_can_each_lie_beside_another(people, fenna):
    ids = [people.write("vision", f"Versie {n}", today() - dt.timedelta(days=n), go_for=f"Doel {n}") for n in range(3)]
    page = fenna.get(f"{people.home}beside/{ids[2]}/{ids[0]}").text
    assert "Doel 2" in page and "Doel 0" in page and "Doel 1" not in page
    assert f"{people.home}beside/{ids[1]}/{ids[0]}" in page


def test_every_page_says_who_sees_it_in_both_languages(people, fenna):
    version = people.write("vision", "Eerste", one_line="Kort.")
    people.write("one_line", "Kort.", taken_from=version)
    pages = ["", "everything", f"again/{version}", f"beside/{version}/{version}", f"{version}/",
             "new/vision", "new/letter_to_myself", "new/vision_exercise", "new/one_line"]  # fmt: skip
    for language, question in (("nl", "Wie ziet dit?"), ("en", "Who sees this?")):
        post(fenna, "/language", {"language": language, "next": "/"})
        for page in pages:
            found = fenna.get(people.home + page)
            assert found.status_code == 200 and question in found.text, page


@pytest.mark.parametrize("kind", ["vision", "vision_exercise", "vision_rereading", "one_line", "letter_to_myself"])
def test_the_trunks_pages_are_there_for_every_kind(people, fenna, kind):
    content = {"letter_to_myself": {"open_on": "2029-09-01"}, "vision_rereading": {"still_true": "no"}}.get(kind, {})
    entry = f"{people.home}{people.write(kind, 'Iets', **content)}/"
    for page in ("", "edit", "texts", "texts/1", "readings", "delete"):
        assert fenna.get(entry + page).status_code == 200, page


def test_who_saves_on_top_of_another_edit_sees_both_texts(people, fenna):
    version = f"{people.home}{people.write('vision', 'Eerste', stand_for='Een.')}/"
    form = {**ANY, "title": "Eerste", "seen": "1"}
    assert post(fenna, f"{version}edit", {**form, "stand_for": "Twee."}).status_code == 303
    answer = post(fenna, f"{version}edit", {**form, "stand_for": "Drie."})
    assert answer.status_code == 409 and "Twee" in answer.text and "Drie" in answer.text


def test_who_has_a_version_already_is_led_to_its_words(people, fenna):
    version = people.write("vision", "Eerste")
    page = fenna.get(f"{people.home}new/vision").text
    assert people.next(version).replace("&", "&amp;") in page and "Liever verder vanaf ‘Eerste’?" in page
    assert 'name="changed_because"' in page


def test_no_address_has_words_of_a_version(people, fenna):
    """Addresses are kept in logs; the form for the sentence alone has it all the same."""
    version = people.write("vision", "Toen", one_line="Ik maak ruimte")
    for page in (people.home, f"{people.home}{version}/"):
        links = re.findall(r'href="([^"]*)"', fenna.get(page).text)
        assert [link for link in links if "ruimte" in link] == []
        [apart] = [link.replace("&amp;", "&") for link in links if "/new/one_line" in link]
    assert 'value="Ik maak ruimte"' in fenna.get(apart).text
    theirs = fenna.get(apart.replace(str(version), str(uuid.uuid4())))
    assert theirs.status_code == 200 and "Ik maak ruimte\"" not in theirs.text
