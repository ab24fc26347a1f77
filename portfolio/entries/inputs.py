"""The form inputs that kinds are made of: what a browser sends, read without ever failing.

WTForms' own validators speak other languages than ours and its date field knows one notation, so the few inputs a
portfolio needs are here. What a person typed is shown again, also when it was no date at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, Input, ListWidget, html_params

from portfolio.i18n import gettext as _
from portfolio.i18n import show_day
from portfolio.markdown import clean

FIRST_DAY = dt.date(1950, 1, 1)
"""Before this day nobody here wrote, taught or planned anything."""
LAST_DAY = dt.date(2200, 12, 31)
_DUTCH_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.uh]([0-5][0-9])|\s?[uh])", re.ASCII)


def clean_prose(text: str) -> str:
    """Markdown as it is kept: cleaned, without empty lines before it or blanks after it."""
    return clean(text).rstrip().lstrip("\n")


def clean_line(text: str) -> str:
    """A text of one line as it is kept: cleaned, every run of blanks one space."""
    return " ".join(clean(text).split())


def clean_lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line for line in map(clean_line, clean(text).split("\n")) if line]


def find_day(text: str) -> dt.date | None:
    """The day that is written as 2026-11-03 or as 3-11-2026; None when it is neither or doesn't exist."""
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DUTCH_DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def find_time(text: str) -> str | None:
    """A time of the day as people write it ("14.30", "9u"), as 14:30; "" for nothing, None when it is no time."""
    line = clean_line(text).lower()
    match = _TIME.fullmatch(line)
    if match is None:
        return None if line else ""
    return f"{int(match[1]):02}:{match[2] or '00'}"


def years_from(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Needed:
    """Something has to be filled in. Blanks only are nothing."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            if field.errors:  # it was filled in, but couldn't be read: one message is enough
                raise StopValidation
            raise StopValidation(_("Please write something here.") if _is_text(field) else _("Please choose one."))


def _is_text(field: Any) -> bool:
    return not isinstance(field, (RadioField, DayInput))


class AtMost:
    """A text of at most so many characters."""

    def __init__(self, characters: int) -> None:
        self.characters = characters

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.characters:
            raise ValidationError(too_long(self.characters, len(field.data)))


def too_long(most: int, found: int | None = None) -> str:
    """The message about a text that doesn't fit."""
    if found is None:
        return _("This text is too long: at most %(most)s characters.", most=most)
    return _("This text has %(found)s characters; at most %(most)s fit here.", found=found, most=most)


class NotBefore:
    """A day within what a portfolio can be about: from 1950, and not after `latest()`."""

    def __init__(self, latest: Callable[[], dt.date], too_late: Any) -> None:
        self.latest = latest
        self.too_late = too_late

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None:
            return
        if field.data < FIRST_DAY:
            raise ValidationError(_("Choose a day after %(day)s.", day=show_day(FIRST_DAY)))
        if field.data > self.latest():
            raise ValidationError(str(self.too_late))


class LineInput(StringField):
    """One line of text."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = clean_line(_first(valuelist))


class ProseInput(TextAreaField):
    """A text area for Markdown."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = clean_prose(_first(valuelist))


class LinesInput(TextAreaField):
    """A text area with something on each line; its data is the list of them."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = clean_lines(_first(valuelist))

    def _value(self) -> str:
        return "\n".join(self.data or ())


class DayWidget(Input):
    """A date picker; a text box when what was typed is no day, because a picker would show nothing."""

    input_type = "date"
    validation_attrs = ["required", "disabled"]

    def __call__(self, field: Any, **kwargs: Any) -> Any:
        if field.data is None and field._value():
            kwargs.setdefault("type", "text")
        return super().__call__(field, **kwargs)


class DayInput(Field):
    """A day, as a browser sends it or as it is typed in Dutch; its data is a date or None."""

    widget = DayWidget()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = _first(valuelist).strip()
        self.data = find_day(text) if text else None
        if text and self.data is None:
            raise ValueError(_("This is no day. Write it like 3-11-2026."))

    def _value(self) -> str:
        if self.data is not None:
            return str(self.data.isoformat())
        return clean_line(_first(self.raw_data or ()))[:100]


class SeenInput(Field):
    """The number of the revision that the writer saw; 0 for something new."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = _first(valuelist).strip() or "0"
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else 0
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            raise ValueError(_("This page is no longer right. Copy your text and open it again."))

    def _value(self) -> str:
        return str(self.data or 0)


class CodeInput(Field):
    """A code that the page brings along, such as the method of a reflection."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = _first(valuelist).strip()
        if not re.fullmatch(r"[a-z0-9_]{0,64}", self.data, re.ASCII):
            self.data = ""
            raise ValueError(_("This page is no longer right. Copy your text and open it again."))

    def _value(self) -> str:
        return str(self.data or "")


def select_choices(choices: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Codes and labels as WTForms wants them; the labels stay lazy."""
    return [SelectChoice(value=code, label=label) for code, label in choices]


class ChoiceInput(RadioField):
    """One of some choices; skipping is one of them where it may be skipped."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = _first(valuelist)

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise StopValidation(_("Please choose one of these."))


class ChoicesInput(SelectMultipleField):
    """Any number of some choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        chosen = {value for value in valuelist if isinstance(value, str)}
        known = [choice.value for choice in self.choices]
        self.data = [code for code in known if code in chosen]
        if chosen - set(known):
            raise ValueError(_("Please choose one of these."))

    def pre_validate(self, form: Any) -> None:
        """Nothing more: what isn't known never became data."""


class RowsWidget:
    """Rows of labelled inputs, with some empty ones at the end; works without scripts."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        rows = [self._row(field, index, row) for index, row in enumerate(field.shown_rows())]
        box = html_params(id=field.id, role="group", aria_label=str(field.label.text), class_="rows")
        return Markup(f"<div {box}>{''.join(rows)}</div>")

    def _row(self, field: Any, index: int, row: Mapping[str, str]) -> str:
        cells = []
        for code, label in field.columns:
            name = f"{field.name}-{index}-{code}"
            box = html_params(type="text", id=name, name=name, value=row.get(code, ""), class_="input")
            cells.append(f'<label class="rows__label" for="{name}">{escape(label)}</label><input {box}>')
        return f'<div class="rows__row">{"".join(cells)}</div>'


class RowsInput(Field):
    """Rows of short texts, sent as `name-0-column`; its data is a list of dicts without the empty rows."""

    widget = RowsWidget()

    def __init__(self, *args: Any, columns: Sequence[tuple[str, Any]], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.most, self.blank = columns, most, 3

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        given = data if isinstance(data, list) else []
        self.object_data = self.data = [dict(row) for row in given]
        if formdata is not None:
            self.data = [row for index in range(self.most) if any((row := self._read(formdata, index)).values())]

    def _read(self, formdata: Any, index: int) -> dict[str, str]:
        return {
            code: clean_line(_first(formdata.getlist(f"{self.name}-{index}-{code}"))) for code, _label in self.columns
        }

    def shown_rows(self) -> list[dict[str, str]]:
        """The rows that are filled in, and some that invite more."""
        return [*self.data, *({} for _ in range(min(self.blank, self.most - len(self.data))))]


def _first(valuelist: Sequence[Any]) -> str:
    """The first value, when it is a text: a request may bring files or lists under any name."""
    return valuelist[0] if valuelist and isinstance(valuelist[0], str) else ""
