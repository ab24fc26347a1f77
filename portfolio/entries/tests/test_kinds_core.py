"""The three kinds of the core and the methods of reflection."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from werkzeug.datastructures import MultiDict

from portfolio.clock import today
from portfolio.entries.kinds import Kind
from portfolio.sections import evidence, goals, reflections
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.sections.reflections.methods import METHODS

KINDS = [Goal, Evidence, Reflection]
STEPS = {
    "free": "",
    "alact": "action looking_back awareness alternatives trial",
    "starr": "situation task action result reflection",
    "starrt": "situation task action result reflection transfer",
    "gibbs": "description feelings evaluation analysis conclusion plan",
    "core_reflection": "situation ideal obstacle quality next",
    "belief": "belief where_from when_true when_not without",
    "leadership_moment": "what_i_did who_led_followed who_got_room what_it_asked",
    "after_the_meeting": "airtime unsaid my_role next_time",
    "a_year_later": "then now to_myself",
    "masterclass": "question touched will_try",
}


def test_each_section_brings_its_kind():
    assert [*goals.entry_kinds(), *evidence.entry_kinds(), *reflections.entry_kinds()] == KINDS


def test_the_methods_have_the_steps_that_were_agreed():
    assert {method.code: " ".join(step.code for step in method.steps) for method in reflections.starters()} == STEPS
    assert {method.kind for method in METHODS} == {Reflection.name}


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_needs_a_title_and_little_else(kind: type[Kind]):
    form = kind.form_class()(MultiDict({"title": "", "happened_on": ""}), meta={"csrf": False})
    assert not form.validate()
    assert set(form.errors) == {"title", "happened_on"} | ({"story"} if kind is Evidence else set())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", ["0001-01-01", (today() + dt.timedelta(days=365)).isoformat()])
def test_nothing_happened_in_year_1_or_next_year(kind: type[Kind], day: str):
    form = kind.form_class()(MultiDict({"title": "x", "happened_on": day, "story": "x"}), meta={"csrf": False})
    assert not form.validate()
    assert list(form.errors) == ["happened_on"]


def test_a_goal_may_look_back_later_but_not_in_another_life():
    for years, fits in ((1, True), (21, False)):
        day = today().replace(day=1, year=today().year + years).isoformat()
        sent = MultiDict({"title": "x", "happened_on": today().isoformat(), "look_back_on": day})
        assert Goal.form_class()(sent, meta={"csrf": False}).validate() is fits


def test_a_goal_begins_as_an_idea():
    assert Goal.default_state == "idea"
    assert list(Goal.states_by_code) == ["idea", "working", "resting", "reached", "let_go"]
    assert [link.type for link in Goal.links] == ["continues", "splits_from", "replaces"]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.code)
def test_a_reflection_keeps_every_step_of_its_method(method):
    form_class = Reflection.form_class(method)
    sent = {"title": "x", "happened_on": "2026-05-01", "method": method.code}
    sent |= {f"steps-{step.code}": f"*{step.code}*" for step in method.steps}
    form = form_class(MultiDict(sent), meta={"csrf": False})
    assert form.validate(), form.errors
    content = Reflection.from_form(form).content
    assert content["method"] == method.code
    assert content["steps"] == {step.code: f"*{step.code}*" for step in method.steps}
    shown = Reflection.show(content, Reflection.html(content), method)
    assert [fact.label for fact in shown] == [Reflection.fields[0].label, *(step.label for step in method.steps)]
    assert all("<em>" in fact.html for fact in shown[1:])


def words_of_the_forms() -> list[str]:
    words = []
    for kind in KINDS:
        words += [kind.label, kind.label_plural, kind.title_label, kind.title_help, kind.day_label]
        words += [text for spec in kind.fields for text in (spec.label, spec.help)]
        words += [state.label for state in kind.states]
    for method in METHODS:
        words += [method.title, method.purpose]
        words += [text for step in method.steps for text in (step.label, step.help)]
    return [text.message for text in words if text]


def test_the_words_weigh_nobody():
    weighing = (
        r"\b(level|scores?|complete|solved|assess\w*|best|top|norm|overdue|should|must|performance|goals? achieved)\b"
    )
    for text in words_of_the_forms():
        assert not re.search(weighing, text, re.IGNORECASE), text
    assert len(words_of_the_forms()) > 100
