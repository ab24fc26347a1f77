"""Make a kind's form from its fields: title and days first, then what the kind adds, and the revision that was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.i18n import DummyTranslations

from portfolio.clock import today
from portfolio.entries.inputs import AtMost, DayInput, LineInput, Needed, NotBefore, SeenInput, years_from
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.contributions import Starter
    from portfolio.entries.kinds import Kind

TITLE_LENGTH = 200


class EntryForm(FlaskForm):
    """What every kind's form has in common."""

    content_names: tuple[str, ...] = ()
    """Names of the form's fields that are the kind's own, in order."""
    link_errors: Mapping[str, str] = MappingProxyType({})
    """What is wrong with the links that came with it, by the id of their fieldset."""

    class Meta(FlaskForm.Meta):
        """Our own messages in our own languages, and only what a form sends: no files or JSON where a text belongs."""

        def get_translations(self, form: Any) -> Any:
            return DummyTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return request.form if has_request_context() and form.is_submitted() else None


def show_refusal(form: Any, refused: Refused) -> None:
    """Put a service's messages at the fields and links of a form that they concern, and the rest above it."""
    for name, message in refused.errors.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        elif name.startswith("links-"):
            form.link_errors = {**form.link_errors, name: message}
        else:
            form.form_errors.append(message)


def _end_after_start(form: Any, field: Any) -> None:
    start = form["from_on"].data
    if start is not None and field.data is not None and field.data < start:
        raise ValidationError(_("This end lies before its start."))


def _far_ahead() -> dt.date:
    return years_from(today(), 50)


def _next_year() -> dt.date:
    return years_from(today(), 1)


@lru_cache(maxsize=512)
def build_form(kind: type[Kind], starter: Starter | None = None) -> type[EntryForm]:
    """The form of a kind; `starter` says which steps it asks. Made once."""
    happened = (
        NotBefore(_next_year, _l("This day is more than a year away."))
        if kind.day_may_be_ahead
        else NotBefore(today, _l("This day is still to come."))
    )
    too_far = NotBefore(_far_ahead, _l("This day is more than fifty years away."))
    parts: dict[str, Any] = {
        "title": LineInput(kind.title_label, [Needed(), AtMost(TITLE_LENGTH)], description=kind.title_help),
        "happened_on": DayInput(kind.day_label, [Needed(), happened], description=kind.day_help, default=today),
    }
    if kind.period == "period":
        parts["from_on"] = DayInput(_l("From"), [too_far])
        parts["until_on"] = DayInput(_l("Up to and including"), [too_far, _end_after_start])
    own: dict[str, Any] = {}
    for spec in kind.fields:
        own |= spec.type.form_fields(spec, starter)
    parts |= own | {"seen": SeenInput(default=0), "content_names": tuple(own)}
    return type(f"{kind.__name__}Form", (EntryForm,), parts)
