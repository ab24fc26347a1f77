"""A kind is declared once, and one that can't work is refused when it's declared."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from portfolio.entries.field_types import FieldType
from portfolio.entries.fields import Choice, Choices, Day, Line, Prose, Rows
from portfolio.entries.kinds import Kind, KindError, LinkType, State, canonical, field
from portfolio.i18n import lazy_gettext as _l


class Walk(Kind):
    name = "walk"
    label = _l("Walk")
    label_plural = _l("Walks")
    route: Line = field(_l("Route"))
    thoughts: Prose | None = field(_l("Thoughts"))


class LongerWalk(Walk):
    weather: Line = field(_l("What was the weather like?"))


def test_one_line_more_gives_form_page_validation_difference_search_and_serialised_form():
    assert [spec.name for spec in LongerWalk.fields] == ["route", "thoughts", "weather"]

    form = LongerWalk.form_class()(
        MultiDict({"title": "Langs de Vecht", "happened_on": "2026-05-01", "route": "Weesp", "weather": " Mist \x00"}),
        meta={"csrf": False},
    )
    assert form.validate(), form.errors
    assert 'name="weather"' in form.weather()
    draft = LongerWalk.from_form(form)
    assert draft.content["weather"] == "Mist"

    shown = {fact.name: fact for fact in LongerWalk.show(draft.content, LongerWalk.html(draft.content))}
    assert str(shown["weather"].label) == "What was the weather like?"
    assert shown["weather"].value == "Mist"

    assert LongerWalk.validate({"weather": "Zon\r"})["weather"] == "Zon"
    with pytest.raises(ValueError, match="weather"):
        LongerWalk.validate({"weather": "x" * 201})

    [changed] = LongerWalk.difference(draft.content, draft.content | {"weather": "Zon"})
    assert changed.name == "weather"
    assert changed.segments == (("removed", "Mist"), ("added", "Zon"))

    assert "Mist" in LongerWalk.search_text("Langs de Vecht", draft.content)
    assert canonical(draft.content) == b'{"route":"Weesp","thoughts":"","weather":"Mist"}'


def test_the_line_is_what_does_it():
    assert "weather" not in Walk.empty()
    with pytest.raises(ValueError, match="no such field"):
        Walk.validate({"weather": "Mist"})


def test_or_none_means_that_it_may_stay_empty():
    assert [spec.required for spec in Walk.fields] == [True, False]


def make(annotation: object = "Line", value: object = None, attribute: str = "thing", **more: object) -> type[Kind]:
    body = {
        "name": "made",
        "label": "Made",
        "label_plural": "Mades",
        "__module__": __name__,
        "__annotations__": {attribute: annotation},
        attribute: field("Thing") if value is None else value,
    }
    return type("Made", (Kind,), body | more)


@pytest.mark.parametrize(
    "attribute",
    [
        *("title", "happened_on", "from_on", "until_on", "seen", "csrf_token", "once", "submit"),
        *("data", "errors", "meta", "process", "validate", "populate_obj", "form_errors", "hidden_tag", "is_submitted"),
        *("name", "label", "version", "links", "states", "fields", "html", "show", "empty", "model"),
        *("_hidden", "Upper", "with_é"),
    ],
)
def test_a_field_with_a_name_that_is_taken_is_refused(attribute):
    with pytest.raises(KindError):
        make(attribute=attribute)


class Unfinished(FieldType):
    """A type without its faces."""


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("Line", field("")),
        ("Line", field("  ")),
        ("Line", field()),
        ("Line", "no field at all"),
        ("str", None),
        ("int | str", None),
        ("Line | Prose", None),
        ("Nowhere", None),
        ("Line[", None),
        ("FieldType", None),
        ("Unfinished", None),
        (str, None),
        ("Line", field("Thing", colour="red")),
        ("Choice", field("Thing")),
        ("Choice", field("Thing", choices=())),
        ("Choice", field("Thing", choices=("a", "b"))),
        ("Choice", field("Thing", choices=(("a", "A"), ("a", "B")))),
        ("Choice", field("Thing", choices=(("a", ""),))),
        ("Choice", field("Thing", choices=(("A b", "A"),))),
        ("Choices", field("Thing", choices=((1, "A"),))),
        ("Choices", field("Thing", choices=3)),
        ("Rows", field("Thing")),
    ],
)
def test_a_field_that_cannot_be_is_refused(annotation, value):
    with pytest.raises(KindError, match="Made"):
        make(annotation, value)


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"name": "Made"},
        {"name": "two words"},
        {"label": ""},
        {"label_plural": ""},
        {"period": "century"},
        {"version": 0},
        {"version": "1"},
        {"states": (State("a", "A"), State("a", "B"))},
        {"links": (LinkType("shows", "", "A", "B"), LinkType("shows", "goal", "C", "D"))},
        {"thing": field("Thing"), "__annotations__": {}},
    ],
)
def test_a_kind_that_cannot_be_is_refused(more):
    with pytest.raises(KindError, match="Made"):
        make(**more)


@pytest.mark.parametrize("annotation", [Line, Line | None, "Line", "Line | None", "None | Line"])
def test_annotations_may_be_written_in_any_way(annotation):
    assert isinstance(make(annotation).fields[0].type, Line)


def test_every_type_of_field_the_tests_name_can_be_declared():
    assert [Choice, Choices, Day, Rows]
    assert make("Rows", field("Thing", columns=(("who", "Who"), ("what", "What")))).empty() == {"thing": []}


def test_the_first_state_is_where_an_entry_begins():
    kind = make(states=(State("idea", "Idea"), State("done", "Done")))
    assert kind.default_state == "idea"
    assert list(kind.states_by_code) == ["idea", "done"]
    assert make().default_state == ""


def test_a_form_is_made_once():
    assert Walk.form_class() is Walk.form_class()
    assert Walk.form_class() is not LongerWalk.form_class()
