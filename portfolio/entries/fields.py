"""The fields that kinds are declared with: texts, choices, days, rows, links and the steps of a method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator
from wtforms import ValidationError

from portfolio.clock import today
from portfolio.entries.field_rows import Links, Rows
from portfolio.entries.field_types import (
    CODE,
    LINE_LENGTH,
    FieldSpec,
    FieldType,
    Part,
    Shown,
    checked_choices,
    needed,
    refuse,
    text_type,
)
from portfolio.entries.inputs import (
    FIRST_DAY,
    LAST_DAY,
    AtMost,
    ChoiceInput,
    ChoicesInput,
    CodeInput,
    DayInput,
    LineInput,
    LinesInput,
    NotBefore,
    ProseInput,
    clean_line,
    clean_prose,
    find_day,
    select_choices,
    years_from,
)
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import show_day
from portfolio.markdown import plain

if TYPE_CHECKING:
    from portfolio.contributions import Starter

__all__ = ["Choice", "Choices", "Day", "Line", "Lines", "Links", "Prose", "Rows", "StarterCode", "Steps"]

PROSE_LENGTH = 20_000
MOST_LINES = 50
MOST_STEPS = 30


class Line(FieldType):
    """One line of text."""

    def __init__(self, *, most: int = LINE_LENGTH) -> None:
        self.most = most

    def annotation(self) -> Any:
        return text_type(clean_line, self.most)

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        return {spec.name: LineInput(spec.label, [*needed(spec), AtMost(self.most)], description=spec.help)}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "line", value),)

    def search_text(self, value: Any) -> str:
        return str(value)


class Prose(FieldType):
    """Text in Markdown, of any length up to some twelve pages."""

    def __init__(self, *, most: int = PROSE_LENGTH, rows: int = 8) -> None:
        self.most = most
        self.rows = rows

    def annotation(self) -> Any:
        return text_type(clean_prose, self.most)

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        return {spec.name: self._input(spec.label, spec.help, needed(spec))}

    def _input(self, label: Any, help: Any, validators: list[Any]) -> Any:
        return ProseInput(label, [*validators, AtMost(self.most)], description=help, render_kw={"rows": self.rows})

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "prose", value, html.get(spec.name, "")),)

    def search_text(self, value: Any) -> str:
        return plain(value)

    def markdown(self, name: str, value: Any) -> dict[str, str]:
        return {name: value}


class Lines(FieldType):
    """Several short texts, one on each line."""

    def __init__(self, *, most: int = MOST_LINES) -> None:
        self.most = most

    def empty(self) -> Any:
        return []

    def annotation(self) -> Any:
        return Annotated[
            list[text_type(clean_line, LINE_LENGTH)], AfterValidator(self._not_too_many)  # type: ignore[misc]
        ]

    def _not_too_many(self, lines: list[str]) -> list[str]:
        filled = [line for line in lines if line]
        if len(filled) > self.most:
            raise refuse(_l("At most %(most)s lines fit here.", most=self.most))
        return filled

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        return {spec.name: LinesInput(spec.label, [*needed(spec), self._check], description=spec.help)}

    def _check(self, form: Any, field: Any) -> None:
        if len(field.data or ()) > self.most:
            raise ValidationError(str(_l("At most %(most)s lines fit here.", most=self.most)))
        if any(len(line) > LINE_LENGTH for line in field.data or ()):
            raise ValidationError(str(_l("One of the lines is longer than %(most)s characters.", most=LINE_LENGTH)))

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "lines", tuple(value)),)

    def text(self, value: Any) -> str:
        return "\n".join(value)

    def search_text(self, value: Any) -> str:
        return self.text(value)


class Choice(FieldType):
    """One of some choices, by code; or none."""

    has_words = False

    def __init__(self, *, choices: tuple[tuple[str, Any], ...]) -> None:
        self.choices = checked_choices(choices)

    def annotation(self) -> Any:
        return Annotated[str, AfterValidator(self._known)]

    def _known(self, code: str) -> str:
        if code and code not in self.labels:
            raise refuse(_l("Please choose one of these."))
        return code

    @property
    def labels(self) -> dict[str, Any]:
        """Label by code."""
        return dict(self.choices)

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        skip = () if spec.required else (("", _l("Skip – also fine")),)
        choices = select_choices([*self.choices, *skip])
        return {spec.name: ChoiceInput(spec.label, needed(spec), description=spec.help, choices=choices, default="")}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "choice", self.labels.get(value, value)),)

    def text(self, value: Any) -> str:
        return str(self.labels.get(value, value))


class Choices(FieldType):
    """Any number of some choices, by code."""

    has_words = False

    def __init__(self, *, choices: tuple[tuple[str, Any], ...]) -> None:
        self.choices = checked_choices(choices)

    def empty(self) -> Any:
        return []

    def annotation(self) -> Any:
        return Annotated[list[str], AfterValidator(self._known)]

    def _known(self, codes: list[str]) -> list[str]:
        if set(codes) - {code for code, _label in self.choices}:
            raise refuse(_l("Please choose one of these."))
        return [code for code, _label in self.choices if code in codes]

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        choices = select_choices(self.choices)
        return {spec.name: ChoicesInput(spec.label, needed(spec), description=spec.help, choices=choices, default=())}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "lines", tuple(self._labels(value))),)

    def _labels(self, value: Any) -> list[Any]:
        return [label for code, label in self.choices if code in value]

    def text(self, value: Any) -> str:
        return "\n".join(map(str, self._labels(value)))


class Day(FieldType):
    """A day, kept as 2026-11-03. In a form it lies at most `years_ahead` years ahead; 0 means not after today."""

    has_words = False

    def __init__(self, *, years_ahead: int = 20) -> None:
        self.years_ahead = years_ahead

    def annotation(self) -> Any:
        return Annotated[str, AfterValidator(_kept_day)]

    def _latest(self) -> dt.date:
        return years_from(today(), self.years_ahead)

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        too_late = (
            _l("This day is more than %(years)s years away.", years=self.years_ahead)
            if self.years_ahead
            else _l("This day is still to come.")
        )
        return {
            spec.name: DayInput(spec.label, [*needed(spec), NotBefore(self._latest, too_late)], description=spec.help)
        }

    def from_form(self, name: str, data: Mapping[str, Any], before: Any) -> Any:
        if name not in data:
            return before
        return data[name].isoformat() if data[name] else ""

    def form_data(self, name: str, value: Any) -> dict[str, Any]:
        return {name: find_day(value) if value else None}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "day", dt.date.fromisoformat(value)),)

    def text(self, value: Any) -> str:
        return show_day(dt.date.fromisoformat(value)) if value else ""


def _kept_day(text: str) -> str:
    day = find_day(text) if text else None
    if text and (day is None or day.isoformat() != text or not FIRST_DAY <= day <= LAST_DAY):
        raise refuse(_l("This is no day that can be."))
    return text


class Steps(FieldType):
    """The steps of a method, each a text in Markdown. Which steps there are is said by the starter."""

    def __init__(self, *, most: int = PROSE_LENGTH) -> None:
        self.most = most

    def empty(self) -> Any:
        return {}

    def annotation(self) -> Any:
        return Annotated[dict[str, text_type(clean_prose, self.most)], AfterValidator(self._kept)]  # type: ignore[misc]

    def _kept(self, steps: dict[str, str]) -> dict[str, str]:
        if len(steps) > MOST_STEPS or not all(CODE.fullmatch(code) for code in steps):
            raise refuse(_l("These steps can't be read."))
        return {code: text for code, text in steps.items() if text}

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        return {
            f"{spec.name}-{step.code}": ProseInput(
                step.label, [AtMost(self.most)], description=step.help, render_kw={"rows": 5}
            )
            for step in (starter.steps if starter else ())
        }

    def from_form(self, name: str, data: Mapping[str, Any], before: Any) -> Any:
        prefix = f"{name}-"
        return dict(before) | {key[len(prefix) :]: text for key, text in data.items() if key.startswith(prefix)}

    def form_data(self, name: str, value: Any) -> dict[str, Any]:
        return {f"{name}-{code}": text for code, text in value.items()}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return tuple(
            Shown(part.name, part.label, "prose", part.text, html.get(part.name, ""))
            for part in self.parts(spec, value, starter)
        )

    def parts(self, spec: FieldSpec, value: Any, starter: Starter | None) -> tuple[Part, ...]:
        labels = {step.code: step.label for step in (starter.steps if starter else ())}
        order = [code for code in labels if code in value] + sorted(set(value) - set(labels))
        return tuple(Part(f"{spec.name}.{code}", labels.get(code, code), value[code]) for code in order)

    def search_text(self, value: Any) -> str:
        return "\n".join(plain(value[code]) for code in sorted(value))

    def markdown(self, name: str, value: Any) -> dict[str, str]:
        return {f"{name}.{code}": text for code, text in value.items()}


class StarterCode(FieldType):
    """The code of the starter an entry began with, such as a method. The page brings it along; nobody types it."""

    has_words = False

    def annotation(self) -> Any:
        return Annotated[str, AfterValidator(self._code)]

    def _code(self, code: str) -> str:
        if code and not CODE.fullmatch(code):
            raise refuse(_l("This method isn't known."))
        return code

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        return {spec.name: CodeInput(spec.label, default=starter.code if starter else "")}

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return (Shown(spec.name, spec.label, "line", starter.title),) if starter else ()
