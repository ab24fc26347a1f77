"""Whatever is put in any field of any form: never a failure, a message at the field, and nothing typed is lost."""

from __future__ import annotations

import functools
import io
from typing import Any

import pytest

from tests.pages.house import Form, House, Page, crawl, is_html
from tests.pages.test_wall import ID

LONG = "x" * (1024 * 1024)
HOSTILE = {
    "empty": "", "blanks": " \t\r\n ", "no day": "31-02-2026", "year one": "0001-01-01", "far away": "9999-99-99",
    "last year there is": "9999-12-31", "negative": "-1", "huge": "9" * 5000, "script": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}${7*7}%s%(x)s{0}", "quotes": "'\"; DROP TABLE person; --", "NUL": "a\0b",
    "lone surrogate": "a\ud800b", "right to left": "\u202egnirts\u202c\u200f", "controls": "\x01\x1b[31m\x7f",
    "unknown choice": "0198f4a0-0000-7000-8000-000000000000", "path": "../../etc/passwd", "one over": "x" * 201,
    "rather long": "woord " * 4000,
}  # fmt: skip
DIFFERENT = ("NUL", "lone surrogate", "year one", "huge")
"""What the two databases take differently; the rest never reaches them in another way."""
IN_TURN = 3
"""Of so many fields of a form, or pages, one gets each other value: the code that reads them is one."""
NO_CHOICE = ("empty", "huge", "NUL", "lone surrogate", "unknown choice")
"""For a control in which nobody types: all that isn't one of its choices is alike."""
HIDDEN = {"csrf_token", "once"}
ENDS = ("/sign-out", "/account/close", "/account/browsers/end-all", "/account/password", "/account/email",
        "/account/recovery-codes")  # fmt: skip
"""Forms behind a password or that end the walk; the first three lead nowhere else, the others get their own walk."""
STARTS = {
    "anonymous": ("/forgot", "/recover", "/sign-in", "/invitation/{invitation}", "/reset/{reset}", "/setup/{setup}",
                  "/new-address/{new_address}", "/news/stop/{stop}"),
    "owner": ("/coaching", "/account/password", "/account/email", "/account/close", "/account/bring-back"),
    "coach": ("/desk",),
    "member": (),
    "administrator": ("/s/{school}/people/{owner}", "/s/{school}/people/{paper}",
                      "/s/{school}/people/{newcomer}/correct", "/s/{school}/people/file/{roster}"),
}  # fmt: skip


def shape(form: Form) -> tuple[str, ...]:
    """What a form is, whatever ids it is about."""
    names = {ID.sub("*", name) for name in (*form.values, *form.choices, *form.files)}
    return ID.sub("*", form.action.partition("?")[0]), *sorted(names - HIDDEN)


def place(form: Form, field: str) -> tuple[str, str]:
    """A field of a form, whatever ids it is about."""
    return ID.sub("*", form.action.partition("?")[0]), ID.sub("*", field)


@functools.cache
def pages_of(house: House, role: str) -> dict[str, Any]:
    """Every page `role` can reach in the world as it was built: address and answer."""
    house.reset()
    return crawl(house, role, *(house.world.address(start) for start in STARTS[role]))


@functools.cache
def forms_of(house: House, role: str) -> list[tuple[str, Form]]:
    """Every kind of form `role` meets: the page it is on, and the form."""
    found: dict[tuple[str, ...], tuple[str, Form]] = {}
    for path, answer in pages_of(house, role).items():
        if is_html(answer) and answer.status_code == 200:
            for form in Page(answer.text, path).forms:
                if form.method == "post":
                    found.setdefault(shape(form), (path, form))
    return list(found.values())


def fields_of(form: Form) -> list[str]:
    """What can be tampered with."""
    return sorted({*form.values, *form.choices, *form.files} - HIDDEN)


def send(house: House, role: str, form: Form, changed: dict[str, Any]) -> Any:
    """Send a form as a browser would, with some fields changed. Password fields get the time to be wrong only once."""
    data: dict[str, Any] = {name: list(values) for name, values in form.values.items()}
    data |= {"csrf_token": house.token()} | changed
    body = {name: value for name, value in data.items() if value is not None}
    if any(isinstance(value, str) and "\ud800" in value for value in body.values()):
        raw = "&".join(
            f"{_quoted(name)}={_quoted(one)}"
            for name, value in body.items()
            for one in (value if isinstance(value, list) else [value])
            if isinstance(one, str)
        )
        answer = house.browser(role).post(form.action, data=raw, content_type="application/x-www-form-urlencoded")
        house.dirty = house.dirty or answer.status_code < 400
        return answer
    answer = house.browser(role).post(form.action, data=body)
    house.dirty = house.dirty or answer.status_code < 400
    return answer


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def check_refusal(answer: Any, what: str, form: Form, typed: dict[str, str]) -> None:
    """A refused form says at a field or above the form what is wrong, and still holds what was typed."""
    page = Page(answer.text)
    for name, described in page.invalid.items():
        assert described, f"{what}: {name} is wrong and nothing says why"
        assert set(described) <= page.ids, f"{what}: {name} points at what isn't there"
    assert page.invalid or 'role="alert"' in answer.text or "message--" in answer.text, f"{what}: no message"
    kept = {value for one in page.forms for values in one.values.values() for value in values}
    for name, value in typed.items():
        assert any(value.strip() in one for one in kept), f"{what}: {name} was typed and is lost"


BOTH = pytest.mark.parametrize(
    ("built", "role"), [*(("sqlite", role) for role in STARTS), ("postgresql", "owner")], indirect=["built"]
)
"""Everybody's forms; those with most in them on the other database too: what it refuses doesn't depend on who asks."""


@BOTH
def test_no_field_of_any_form_makes_a_page_fail(house: House, role: str) -> None:
    tried = 0
    on_sqlite = house.app.database.dialect == "sqlite"
    hostile = HOSTILE if on_sqlite else {name: HOSTILE[name] for name in DIFFERENT}
    # A field of a form is walked once: with another method, or for another role, it's the same code.
    walked = set[tuple[str, str]]()
    if role not in ("anonymous", "owner"):
        walked = {place(form, field) for _path, form in forms_of(house, "owner") for field in fields_of(form)}
    for path, form in forms_of(house, role):
        if form.action in ENDS[:3] or (form.action == "/language" and role != "anonymous"):
            continue
        turns = {field: number for number, field in enumerate(sorted(form.typed))} if len(form.typed) > 1 else {}
        for field in fields_of(form):
            if place(form, field) in walked:
                continue
            walked.add(place(form, field))
            kept = False
            for number, (name, value) in enumerate(hostile.items()):
                if field in turns and name not in DIFFERENT and number % IN_TURN != turns[field] % IN_TURN:
                    continue
                if not on_sqlite and (number + len(walked)) % 2:
                    continue
                if field not in form.typed and name not in NO_CHOICE:
                    continue
                if role != "anonymous" and form.action in ENDS and name != "NUL":
                    continue
                house.reset()
                what = f"{role} {path} {form.action} {field}={name}"
                answer = send(house, role, form, {field: value})
                assert answer.status_code < 500, f"{what}: {answer.status_code}"
                if answer.status_code == 422 and not kept:
                    kept = True  # once for each field: what is typed elsewhere doesn't depend on what is wrong here
                    typed = {one: f"getypt {number}" for number, one in enumerate(sorted(form.typed - {field}))
                             if form.values.get(one) == [""]}  # fmt: skip
                    again = send(house, role, form, {field: value, **typed})
                    if again.status_code == 422:
                        check_refusal(again, what, form, typed)
                tried += 1
            if on_sqlite:  # each field gets one of these, the next field another: who reads them is the same code
                house.reset()
                value = (["a", "b"], None, (io.BytesIO(b"MZ\0\0"), "a\0b.exe"))[len(walked) % 3]
                answer = send(house, role, form, {field: value})
                assert answer.status_code < 500, f"{role} {path} {form.action} {field}={value!r}: {answer.status_code}"
    assert tried > 20 or walked, role


@pytest.mark.parametrize("built", ["sqlite"], indirect=True)  # refused before any database is asked
@pytest.mark.parametrize("role", STARTS)
def test_a_megabyte_in_any_text_is_refused_at_the_field(house: House, role: str) -> None:
    walked = set[tuple[str, str]]()
    if role not in ("anonymous", "owner"):
        walked = {place(form, field) for _path, form in forms_of(house, "owner") for field in fields_of(form)}
    for path, form in forms_of(house, role):
        for field in sorted(form.typed):
            if place(form, field) in walked:
                continue
            house.reset()
            what = f"{role} {path} {form.action} {field}=1 MB"
            answer = send(house, role, form, {field: LONG})
            assert answer.status_code in (303, 400, 404, 413, 422, 429), f"{what}: {answer.status_code}"
            if answer.status_code == 303:
                assert "language" in form.action or field == "next", f"{what}: kept"


@BOTH
def test_no_question_in_an_address_makes_a_page_fail(house: House, role: str) -> None:
    values = ["-1", "9" * 400, "%00", "%ED%A0%80"]  # what the two databases take differently
    others = ["abc", "0", "²", "<script>", "1e9", "NaN", "%FF", "x" * 8000]
    if house.app.database.dialect != "sqlite":
        others = []
    names = ("page", "with", "next", "title", "continues", "splits_from", "shows", "looks_back_on", "from")
    one_of_each = {ID.sub("*", path.partition("?")[0]): path for path in pages_of(house, role)}
    for number, path in enumerate(one_of_each.values()):
        for value in values + others[number % IN_TURN :: IN_TURN]:
            query = "&".join(f"{name}={value}" for name in names if name == "page" or len(value) < 500)
            answer = house.browser(role).get(f"{path.partition('?')[0]}?{query}")
            assert answer.status_code < 500, f"{path}?{query[:100]}: {answer.status_code}"
            assert "<script>" not in answer.text.replace("<script src", "") if is_html(answer) else True
            answer.close()
