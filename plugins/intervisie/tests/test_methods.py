"""Methods are data: ten of them, a school's own, and those that another plugin offers; a session keeps a copy."""

from __future__ import annotations

import pytest
from portfolio_plugins.intervisie.methods import ASKS, BUNDLED, KIND, SPEAKS, from_starter, list_methods, thaw
from portfolio_plugins.intervisie.settings import NAME, WORDS, MethodRows, Settings, own_methods
from sqlalchemy import update

from portfolio.clock import today
from portfolio.contributions import Starter, Step
from portfolio.errors import Refused
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import speaking
from portfolio.people.models import Switch
from portfolio.testing import post

STEPS = {
    "incident_kort": (7, 65), "incident_hendriksen": (10, 90), "tienstappen": (10, 90), "roddel": (5, 50),
    "balint": (11, 80), "oplossingsgericht": (6, 40), "waarderend": (4, 60), "deep_democracy": (7, 75),
    "vijfstappen": (5, 40), "vrij": (2, 55),
}  # fmt: skip


def test_there_are_ten_with_their_steps_and_minutes_and_every_word_in_both_languages():
    assert {method.code: (len(method.steps), method.minutes) for method in BUNDLED} == STEPS
    for method in BUNDLED:
        codes = [step.code for step in method.steps]
        assert len(set(codes)) == len(codes) and all(len(code) <= 40 for code in codes)
        for text in (method.title, method.for_whom, *(one for step in method.steps for one in (step.title, step.help))):
            assert text.nl and text.en and text.nl != text.en or text.nl == text.en in ("Analyse",), (method.code, text)
        assert all(step.speaks in SPEAKS and set(step.asks) <= set(ASKS) and step.minutes for step in method.steps)
        assert method.steps[-1].asks[-1:] == ("take_away",), "every session ends with what each takes away"


def test_a_method_that_asks_it_hides_positions_marks_questions_and_lets_the_owner_only_listen():
    by_code = {method.code: method for method in BUNDLED}
    hidden = [step.code for step in by_code["incident_hendriksen"].steps if "positions" in step.asks]
    assert hidden == ["standpunt"]
    assert [step.code for step in by_code["tienstappen"].steps if "marking" in step.asks] == ["waarderen"]
    assert [step.code for step in by_code["tienstappen"].steps if "reformulate" in step.asks] == ["herformuleren"]
    listening = [step.code for step in by_code["incident_kort"].steps if "listening" in step.asks]
    assert listening == ["analyse", "adviesronde"]
    assert by_code["roddel"].consent and by_code["roddel"].sessions_before == 3


def test_what_a_session_keeps_reads_back_the_same():
    for method in BUNDLED:
        assert thaw(method.frozen()) == method
    assert thaw({"code": "weg"}).steps == (), "whatever was kept can be read"


def test_another_plugin_offers_one_as_a_starter_and_a_code_is_there_once():
    steps = (Step("een", _l("Goals"), minutes=5, speaks="owner", asks=("questions", "nothing we know")),)
    method = from_starter(Starter("wandeling", KIND, _l("Reflections"), steps=steps))
    assert method.minutes == 5 and method.steps[0].asks == ("questions",) and method.steps[0].speaks == "owner"
    with speaking("en"):
        assert str(method.steps[0].title) == "Goals"
    starters = [Starter("wandeling", KIND, "Wandeling"), Starter("vrij", KIND, "Andere vrije vorm")]
    assert [one.code for one in list_methods(starters)] == [*STEPS, "wandeling"]


ROW = {"method": "Onze vorm", "nl": "Vertellen", "en": "Tell", "minutes": "10", "asks": ""}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the words of a form know no database
def test_a_school_is_told_what_is_wrong_with_a_step(app):
    for wrong, says in (
        ({"minutes": "tien"}, "Hoeveel minuten duurt"), ({"minutes": "0"}, "1 tot 240"),
        ({"minutes": "241"}, "1 tot 240"),
        ({"method": ""}, "bij elke stap"), ({"nl": "", "en": ""}, "heeft geen naam"),
        ({"asks": "luisteren, dansen"}, "‘dansen’ kan een stap niet vragen"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            Settings.validate({"days": "14", "methods": [ROW | wrong]})
        assert says in refused.value.errors["methods"], wrong


def test_a_schools_own_method_is_offered_to_its_groups_and_reads_on_when_it_is_gone(people):
    rows = [ROW, ROW | {"nl": "Vragen", "en": "", "minutes": "20", "asks": "Vragen, luisteren"}]
    with people.database.write() as session:
        session.execute(update(Switch).values(settings={"days": "7", "methods": rows}))
    assert "Onze vorm" in people.browser("daan").get(f"{people.home}sessions/new").text
    address = people.plan("daan", method="own_onze_vorm")
    with people.database.write() as session:
        session.execute(update(Switch).values(settings={}))
    page = people.browser("yara").get(address).text
    assert "Onze vorm" in page and "30 minuten" in page and "Vertellen" in page
    assert "Onze vorm" in people.browser("yara").get(f"{address}edit").text, "it may stay as it is"
    gone = {"day": today().isoformat(), "method": "own_onze_vorm"}
    answer = post(people.browser("yara"), f"{people.home}sessions/new", gone)
    assert answer.status_code == 422 and "Kies een van deze." in answer.text


def test_two_schools_words_for_what_a_step_asks_mean_the_same():
    assert set(WORDS.values()) == set(ASKS)
    [one] = own_methods([ROW | {"asks": "Take  away, LUISTEREN,"}])
    assert one.steps[0].asks == ("take_away", "listening") and one.code == "own_onze_vorm"
    assert len(MethodRows().columns) == 5 and NAME == "intervisie"
