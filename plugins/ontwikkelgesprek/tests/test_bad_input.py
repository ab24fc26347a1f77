"""Whatever is sent to any form of a conversation: a page, never a failure; and what was typed comes back."""

from __future__ import annotations

import re

import pytest

from portfolio.clock import today

HOSTILE = (
    "", " \t\r\n ", "31-02-2026", "9999-99-99", "0001-01-01", "-1", "9" * 5000, "<script>alert(1)</script>",
    "{{ 7*7 }}%s%(x)s", "'\"; --",
    "a\0b", "\u202egnirts\u202c", "\x01\x1b[31m", "../../etc/passwd", "%_\\", "x" * 20_001, "woord " * 4000,
)  # fmt: skip
DIFFERENT = ("0001-01-01", "9" * 5000, "a\0b")
"""What PostgreSQL takes differently."""
IN_TURN = 4
"""Each field gets one value of so many: their code is one."""
FORMS = {
    "{place}conversations/new": ("kind", "day", "begins_at", "place"),
    "{shut}edit": ("kind", "day", "begins_at", "place", "seen"),
    "{shut}prepare": ("looking_back", "need", "seen", "title", "happened_on"),
    "{shut}choose/{entry}": ("fields", "note"),
    "{open}points": ("text", "once"),
    "{open}report": ("text", "happened_on", "seen"),
    "{open}agreements": ("agreements-0-text", "agreements-0-who", "agreements-0-look_back_on", "seen"),
    "{open}answer": ("answer", "note", "seen"),
    "{open}state": ("state",),
}
RIGHT = {
    "kind": "startgesprek", "day": today().isoformat(), "happened_on": today().isoformat(), "text": "Een tekst",
    "agreements-0-text": "Iets", "agreements-0-who": "both", "answer": "differ", "note": "Anders", "fields": "story",
}  # fmt: skip


@pytest.fixture
def places(people):
    entry = people.write("fenna", "evidence", "De proefweek", story="We deden het.")
    shut, opened = people.plan("fenna"), people.plan("fenna", kind="loopbaangesprek")
    people.open(opened)
    people.report(opened)
    return {"place": people.home, "shut": shut, "open": opened, "entry": entry}


def test_no_form_fails_whatever_is_typed(people, places):
    got, turn = {}, 0
    for address, fields in FORMS.items():
        for field in fields:
            turn += 1
            for value in HOSTILE[turn % IN_TURN :: IN_TURN] if people.database.dialect == "sqlite" else DIFFERENT:
                answer = people.send("fenna", address.format_map(places), RIGHT | {field: value})
                got[address, field, value[:20]] = answer.status_code
                assert "<script>alert" not in answer.text
    wrong = {case: status for case, status in got.items() if status not in (303, 403, 409, 413, 422)}
    assert wrong == {}
    assert {409, 422, 303} <= set(got.values())


def test_what_was_typed_comes_back(people, places):
    long = "woord " * 4000
    for address, form, words in (
        ("{open}report", {"text": long, "happened_on": today().isoformat(), "seen": "1"}, "woord woord"),
        ("{open}answer", {"answer": "", "note": "Dit typte ik."}, "Dit typte ik."),
        ("{shut}choose/{entry}", {"note": "Dit typte ik."}, "Dit typte ik."),
        ("{open}points", {"text": "punt " * 200}, "punt punt"),
        ("{place}conversations/new", {"place": "Kamer " * 60, "day": ""}, "Kamer Kamer"),
    ):
        answer = people.send("fenna", address.format_map(places), form)
        assert answer.status_code == 422 and words in answer.text, address
        assert re.search(r'class="(error-summary|form-field__error)', answer.text), address


def test_no_address_fails_whatever_stands_in_it(people, places):
    for value in HOSTILE if people.database.dialect == "sqlite" else DIFFERENT:
        for address in ("{shut}choose", "{place}conversations", "{open}during/now"):
            asked = {"q": value[:3000], "page": value[:3000], "seen": value[:3000]}
            answer = people.browser("fenna").get(address.format_map(places), query_string=asked)
            assert answer.status_code in (200, 404), (address, value[:20])
