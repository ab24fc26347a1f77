"""Every type of field through its six faces, and everything anybody may send."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portfolio.clock import today
from portfolio.entries.fields import Choice, Choices, Day, Line, Lines, Links, Prose, Rows
from portfolio.entries.inputs import find_time
from portfolio.entries.kinds import Kind, canonical, field, sha256_of
from portfolio.entries.tests.all_of_it import BASE, CHOICES, FULL, METHOD, AllOfIt, errors_of, fill, posted
from portfolio.errors import Refused
from portfolio.i18n import speaking


def test_content_goes_through_the_form_and_comes_back_the_same():
    data = AllOfIt.form_data("Titel", dt.date(2026, 5, 1), None, None, FULL)
    form = fill(posted(data))
    assert form.validate(), form.errors
    draft = AllOfIt.from_form(form, before=FULL)
    assert draft.content == AllOfIt.validate(FULL) == FULL


def test_what_a_form_does_not_show_stays():
    form = fill(MultiDict(BASE | {"steps-b": "nieuw"}))
    assert form.validate()
    assert AllOfIt.from_form(form, before=FULL).content["steps"] == {"b": "nieuw", "gone": "oud"}


def test_the_page_has_a_fact_for_each_field_in_order():
    shown = AllOfIt.show(FULL, AllOfIt.html(FULL), METHOD)
    assert [(fact.name, fact.shape) for fact in shown] == [
        ("line", "line"),
        ("prose", "prose"),
        ("lines", "lines"),
        ("choice", "choice"),
        ("choices", "lines"),
        ("day", "day"),
        ("rows", "rows"),
        ("urls", "links"),
        ("method", "line"),
        ("steps.b", "prose"),
        ("steps.a", "prose"),
        ("steps.gone", "prose"),
    ]
    facts = {fact.name: fact for fact in shown}
    assert "<strong>vet</strong>" in facts["prose"].html
    assert "<em>eerst</em>" in facts["steps.b"].html
    assert facts["steps.b"].label == "First"
    assert facts["steps.gone"].label == "gone"
    assert facts["choice"].value == "Yes, really"
    assert facts["day"].value == dt.date(2027, 3, 1)
    assert facts["rows"].value == ((("Who", "Lotte"), ("What", "koffie")), (("What", "stilte"),))
    assert facts["urls"].value == (("Verslag", "https://voorbeeld.example/a?b=1"),)
    assert facts["method"].value == "Two steps"


def test_a_method_that_is_gone_still_shows_its_steps():
    names = [fact.name for fact in AllOfIt.show(FULL, {}, None)]
    assert names[-3:] == ["steps.a", "steps.b", "steps.gone"]
    assert "method" not in names


def test_empty_fields_are_left_out():
    assert AllOfIt.show(AllOfIt.empty(), {}) == ()
    assert AllOfIt.html(AllOfIt.empty()) == {}
    assert AllOfIt.search_text("Titel", AllOfIt.empty()) == "Titel"
    assert AllOfIt.validate({}) == AllOfIt.empty()


def test_search_finds_what_was_written_and_no_marks():
    text = AllOfIt.search_text("Titel", FULL)
    for word in ("Een zin", "vet", "twee", "Lotte", "koffie", "Verslag", "eerst", "laatst"):
        assert word in text
    assert "**" not in text


@pytest.mark.parametrize(
    ("name", "new", "found"),
    [
        ("line", "Een andere zin", "line"),
        ("prose", "Een woord", "prose"),
        ("lines", ["een"], "lines"),
        ("choice", "no", "choice"),
        ("choices", ["no"], "choices"),
        ("day", "", "day"),
        ("rows", [], "rows"),
        ("urls", [{"label": "", "url": "https://elders.example"}], "urls"),
        ("method", "", "method"),
        ("steps", {"a": "laatst", "b": "*eerst*"}, "steps.gone"),
    ],
)
def test_only_what_changed_is_in_the_difference(name, new, found):
    assert AllOfIt.difference(FULL, FULL, METHOD) == ()
    [changed] = AllOfIt.difference(FULL, FULL | {name: new}, METHOD)
    assert changed.name == found
    assert {op for op, _text in changed.segments} & {"removed", "added"}


def test_the_serialised_form_is_one_and_the_same_for_equal_content():
    assert canonical(FULL) == canonical(dict(reversed(FULL.items())))
    day = dt.date(2026, 5, 1)
    first = sha256_of("Titel", day, None, None, FULL, 1)
    assert first == sha256_of("Titel", day, None, None, dict(reversed(FULL.items())), 1)
    others = {
        sha256_of("titel", day, None, None, FULL, 1),
        sha256_of("Titel", dt.date(2026, 5, 2), None, None, FULL, 1),
        sha256_of("Titel", day, day, None, FULL, 1),
        sha256_of("Titel", day, None, day, FULL, 1),
        sha256_of("Titel", day, None, None, FULL | {"line": ""}, 1),
        sha256_of("Titel", day, None, None, FULL, 2),
    }
    assert len(others | {first}) == 7
    with pytest.raises(ValueError):
        canonical({"line": float("nan")})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line", "x" * 201),
        ("line", 3),
        ("line", None),
        ("prose", "x" * 20_001),
        ("prose", ["x"]),
        ("lines", "een"),
        ("lines", ["x" * 201]),
        ("lines", ["x"] * 51),
        ("choice", "maybe"),
        ("choices", ["maybe"]),
        ("choices", "yes"),
        ("day", "2026-02-31"),
        ("day", "1-2-2026"),
        ("day", "0001-01-01"),
        ("day", "9999-01-01"),
        ("rows", [{"who": "a", "else": "b"}]),
        ("rows", [{"who": "x" * 201}]),
        ("rows", [{"who": "a"}] * 21),
        ("urls", [{"label": "a", "url": ""}]),
        ("urls", [{"label": "a", "url": "javascript:alert(1)"}]),
        ("urls", [{"label": "a", "url": "https://"}]),
        ("urls", [{"label": "a", "url": "https://[::1"}]),
        ("urls", [{"label": "a", "url": 'https://a"b.example'}]),
        ("method", "No Such"),
        ("steps", {"A b": "x"}),
        ("steps", {"a": 3}),
        ("steps", {"a": "x" * 20_001}),
        ("steps", {f"s{n}": "x" for n in range(31)}),
        ("unknown", "x"),
    ],
)
def test_content_that_cannot_be_is_refused_at_its_field(name, value):
    with pytest.raises(Refused) as caught:
        AllOfIt.validate({name: value})
    assert list(caught.value.errors) == [name]
    assert caught.value.errors[name]


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("title", "", "something"),
        ("title", " \t ", "something"),
        ("title", "x" * 201, "200"),
        ("line", "x" * 201, "200"),
        ("prose", "x" * 20_001, "20000"),
        ("lines", "\n".join("x" * 51), "50"),
        ("lines", "x" * 201, "200"),
        ("choice", "maybe", "one of these"),
        ("choices", "maybe", "one of these"),
        ("rows-0-who", "x" * 201, "200"),
        ("urls-0-url", "ftp://x.example", "no address on the web"),
        ("urls-0-label", "alleen een naam", "has no address"),
        ("urls-0-url", "https://x.example/" + "x" * 2000, "2000"),
        ("steps-a", "x" * 20_001, "20000"),
        ("seen", "minus een", "no longer right"),
        ("seen", "9" * 30, "no longer right"),
        ("seen", "٣", "no longer right"),
        ("method", "../x", "no longer right"),
    ],
)
def test_a_value_that_does_not_fit_gets_a_message_at_its_field(name, value, part):
    with speaking("en"):
        errors = errors_of(**{name: value})
    field_name = name if name.startswith("steps") else name.split("-")[0]
    assert part in errors[field_name][0].replace(",", "")
    assert list(errors) == [field_name]


def test_nothing_typed_is_lost_when_it_does_not_fit():
    form = fill(
        MultiDict(BASE | {"line": "x" * 201, "day": "31-02-2026", "urls-0-url": "geen adres", "prose": "blijft"})
    )
    assert not form.validate()
    assert "x" * 201 in form.line()
    assert "31-02-2026" in form.day()
    assert 'type="text"' in form.day()
    assert "geen adres" in form.urls()
    assert "blijft" in form.prose()


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("happened_on", "", "choose"),
        ("happened_on", "gisteren", "no day"),
        ("happened_on", "2026-02-31", "no day"),
        ("happened_on", "31-02-2026", "no day"),
        ("happened_on", "0001-01-01", "day after"),
        ("happened_on", "01-01-0001", "day after"),
        ("happened_on", "99999-01-01", "no day"),
        ("happened_on", (today() + dt.timedelta(days=1)).isoformat(), "still to come"),
        ("happened_on", (today() + dt.timedelta(days=366)).isoformat(), "still to come"),
        ("day", (today() + dt.timedelta(days=366 * 21)).isoformat(), "20 years"),
        ("from_on", (today() + dt.timedelta(days=366 * 51)).isoformat(), "fifty years"),
        ("from_on", "1949-12-31", "day after"),
    ],
)
def test_a_day_that_cannot_be_gets_its_own_message(name, text, part):
    with speaking("en"):
        errors = errors_of(**{name: text})
    assert list(errors) == [name]
    assert len(errors[name]) == 1
    assert part in errors[name][0].lower()


@pytest.mark.parametrize("text", ["2026-05-01", "1-5-2026", "01-05-2026", "1/5/2026", "1.5.2026", " 1 5 2026 "])
def test_a_day_may_be_typed_as_people_write_it(text):
    form = fill(MultiDict(BASE | {"happened_on": text}))
    assert form.validate(), form.errors
    assert form.happened_on.data == dt.date(2026, 5, 1)
    assert 'type="date"' in form.happened_on()
    assert 'value="2026-05-01"' in form.happened_on()


def test_a_time_may_be_typed_as_people_write_it():
    times = {"14:30": "14:30", "9.05": "09:05", " 9u ": "09:00", "9 h": "09:00", "7u30": "07:30", "": "", " ": ""}
    assert {text: find_time(text) for text in times} == times
    assert [text for text in ("24:00", "9:60", "half tien", "9", "9:5", "٩:٣٠") if find_time(text) is not None] == []


def test_an_end_before_its_start_is_refused_and_one_on_the_same_day_is_not():
    with speaking("en"):
        assert "before its start" in errors_of(from_on="2026-05-02", until_on="2026-05-01")["until_on"][0]
    assert errors_of(from_on="2026-05-02", until_on="2026-05-02") == {}
    assert errors_of(until_on="2026-05-02") == {}


class Planned(Kind):
    name = "planned"
    label = "Planned"
    label_plural = "Planned"
    day_may_be_ahead = True


def test_a_plan_may_lie_a_year_ahead_but_no_further():
    for days, fits in ((1, True), (364, True), (367, False)):
        sent = MultiDict({"title": "Plan", "happened_on": (today() + dt.timedelta(days=days)).isoformat()})
        assert Planned.form_class()(sent, meta={"csrf": False}).validate() is fits


def test_a_field_that_is_needed_says_so():
    class Needing(Kind):
        name = "needing"
        label = "Needing"
        label_plural = "Needing"
        line: Line = field("Line")
        prose: Prose = field("Prose")
        lines: Lines = field("Lines")
        choice: Choice = field("Choice", choices=CHOICES)
        choices: Choices = field("Choices", choices=CHOICES)
        day: Day = field("Day")
        rows: Rows = field("Rows", columns=(("who", "Who"),))
        urls: Links = field("Links")

    form = Needing.form_class()(MultiDict(BASE | {"prose": " \r\n\t "}), meta={"csrf": False})
    assert not form.validate()
    assert list(form.errors) == [spec.name for spec in Needing.fields]
    assert Needing.validate({}) == Needing.empty()  # a draft or an import may lack it
    assert not {"", "Skip – also fine"} & {str(option.label.text) for option in form.choice}


# Anything at all

texts = st.text(max_size=60) | st.sampled_from(
    ["\x00", "\ud800", "\u202e", "\r\n", "<script>", "' OR 1=1", "{{7*7}}", "|"]
)
codes = st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True)
contents = st.fixed_dictionaries(
    {},
    optional={
        "line": texts,
        "prose": texts,
        "lines": st.lists(texts, max_size=5),
        "choice": st.sampled_from(["", "yes", "no"]),
        "choices": st.lists(st.sampled_from(["yes", "no"]), max_size=3),
        "day": st.just("") | st.dates(dt.date(1950, 1, 1), dt.date(2040, 1, 1)).map(dt.date.isoformat),
        "rows": st.lists(st.fixed_dictionaries({}, optional={"who": texts, "what": texts}), max_size=5),
        "urls": st.lists(
            st.fixed_dictionaries({"url": st.just("https://x.example/é?q=1")}, optional={"label": texts}), max_size=4
        ),
        "method": st.just("") | codes,
        "steps": st.dictionaries(st.sampled_from(["a", "b", "c"]), texts),
    },
)


@given(contents)
def test_content_validated_twice_is_the_same(content):
    once = AllOfIt.validate(content)
    assert AllOfIt.validate(once) == once
    assert canonical(AllOfIt.validate(once)) == canonical(once)
    canonical(once).decode()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(contents)
def test_any_content_comes_back_from_the_form_as_it_went_in(content):
    kept = AllOfIt.validate(content)
    form = fill(posted(AllOfIt.form_data("Titel", dt.date(2026, 5, 1), None, None, kept)))
    assert form.validate(), form.errors
    assert AllOfIt.from_form(form, before=kept).content == kept


NAMES = [
    "title", "happened_on", "from_on", "until_on", "seen", "line", "prose", "lines", "choice", "choices", "day",
    "rows-0-who", "rows-19-what", "rows-0-no", "rows", "urls-0-url", "urls-0-label", "urls", "method", "steps-a",
    "steps-zz", "steps", "csrf_token", "nonsense",
]  # fmt: skip
anything = texts | st.integers() | st.none() | st.binary() | st.lists(st.integers()) | st.just("x" * 30_000)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), anything), max_size=12))
def test_whatever_is_sent_gives_messages_or_content_and_nothing_worse(sent):
    form = fill(MultiDict([("title", "Titel"), ("happened_on", "2026-05-01"), *sent]))
    if form.validate():
        draft = AllOfIt.from_form(form)
        html = AllOfIt.html(draft.content)
        AllOfIt.show(draft.content, html, METHOD)
        AllOfIt.search_text(draft.title, draft.content)
        canonical(draft.content)
    else:
        assert all(str(message) for messages in form.errors.values() for message in messages)
    assert "<script>" not in "".join(str(part()) for part in form)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*FULL, "other"]), json_like))
def test_whatever_is_imported_is_valid_or_refused(content):
    try:
        kept = AllOfIt.validate(content)
    except Refused as error:
        assert set(error.errors) <= set(content)
    else:
        assert AllOfIt.validate(kept) == kept
