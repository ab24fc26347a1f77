"""Forms about relations between people: circles, roles, leaders, coaches. Every text is cleaned as it comes in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

from wtforms import HiddenField, SelectField

from portfolio.entries.inputs import AtMost, DayInput, LineInput, Needed, ProseInput, select_choices
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import circles
from portfolio.people.forms import PlainForm
from portfolio.people.inviting import NAME_LENGTH
from portfolio.people.organising import FOCUS_LENGTH, ROLES, SCHOOL_NAME_LENGTH


class Picked(SelectField):
    """A list to pick from; what isn't in it gets the service's own message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validate_choice=False, choices=[], **kwargs)

    @property
    def picked(self) -> uuid.UUID | None:
        """The id that was picked; None for the empty line or anything that is no id."""
        try:
            return uuid.UUID(self.data or "")
        except ValueError:
            return None

    def offer(self, people: list[tuple[uuid.UUID, str]], nobody: Any) -> None:
        """Fill the list; `nobody` is its empty first line."""
        self.choices = select_choices([("", nobody), *((str(id_), name) for id_, name in people)])


def picked_or_typed(person: Picked, email: LineInput) -> bool:
    """Whether it is clear who is meant. With both filled in it is asked, not guessed: False, and a message."""
    if person.data and email.data:
        email.errors = [_("Choose somebody, or type an address; not both.")]
        return False
    if person.data and person.picked is None:
        person.errors = [_("Choose one of these.")]
        return False
    return True


class NeededDay(DayInput):
    """A day that has to be filled in."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Needed()], **kwargs)

    @property
    def day(self) -> dt.date:
        """The day, once the form has been found right."""
        assert self.data is not None
        return self.data


def _last_day(help_text: Any) -> DayInput:
    return DayInput(_l("Up to and including"), description=help_text)


class CircleForm(PlainForm):
    """A new circle."""

    name = LineInput(
        _l("What do you call it?"),
        [Needed(), AtMost(circles.NAME_LENGTH)],
        description=_l("Only its members read this."),
    )
    purpose = ProseInput(_l("What do you want it for?"), [AtMost(circles.PURPOSE_LENGTH)])


class CircleInvitationForm(PlainForm):
    """Whom to invite to a circle."""

    person = Picked(_l("Somebody you know here"))
    email = LineInput(
        _l("Or the exact e-mail address of somebody else"),
        [AtMost(254)],
        description=_l("They need an account here; we don't tell you whether they have one."),
    )


class HomeForm(PlainForm):
    """Which cohort's switches count in a circle."""

    home = Picked(_l("What is on here follows"))


class RoleForm(PlainForm):
    """A role at a school, for somebody who is there already."""

    role = SelectField(_l("Role"), choices=select_choices(ROLES.items()), validate_choice=False)
    since = NeededDay(_l("From"))
    last_day = _last_day(_l("Leave empty if you don't know yet."))


class PersonForm(PlainForm):
    """Somebody to invite to a school."""

    name = LineInput(_l("Name"), [Needed(), AtMost(NAME_LENGTH)])
    email = LineInput(
        _l("E-mail address"),
        [AtMost(254)],
        description=_l("Leave empty for who has none: you then get a link to hand over on paper."),
    )
    role = SelectField(_l("Role"), choices=select_choices(ROLES.items()), validate_choice=False)
    since = NeededDay(_l("From"))


class InvitedForm(PlainForm):
    """How somebody who has not begun was typed."""

    name = LineInput(_l("Name"), [Needed(), AtMost(NAME_LENGTH)])
    email = LineInput(
        _l("E-mail address"),
        [AtMost(254)],
        description=_l("Leave empty for who has none: you then get a link to hand over on paper."),
    )
    sign_in_name = LineInput(
        _l("Sign-in name"),
        [AtMost(60)],
        description=_l("Only for who has no e-mail address. Leave empty to have one made of the name."),
    )


class HasPeriod(Protocol):
    """A line about something that runs from a day until a day."""

    @property
    def since(self) -> dt.date:
        """Its first day."""
        ...

    @property
    def last_day(self) -> dt.date | None:
        """Its last day, if that is known."""
        ...


class LastDayForm(PlainForm):
    """The last day of something that runs."""

    last_day = NeededDay(_l("Last day"))

    @classmethod
    def to_end(cls, id_: uuid.UUID, line: HasPeriod, today: dt.date) -> LastDayForm:
        """The form beside a line that runs, filled with its last day or the first that can be."""
        form = cls(formdata=None, prefix=f"end-{id_}")
        form.last_day.data = line.last_day or max(today, line.since)
        return form


class LeadershipForm(PlainForm):
    """Who leads whom."""

    leader = Picked(_l("Leader"))
    teacher = Picked(_l("Teacher"))
    since = NeededDay(_l("From"))
    last_day = _last_day(_l("Leave empty if you don't know yet."))
    understood = HiddenField()


class CoachingForm(PlainForm):
    """Who would coach whom."""

    coach = Picked(_l("Coach from this school"))
    teacher = Picked(_l("Teacher"))
    focus = LineInput(
        _l("What the coaching is about"), [AtMost(FOCUS_LENGTH)], description=_l("The teacher reads this.")
    )
    since = NeededDay(_l("From"))
    last_day = _last_day(_l("Leave empty if you don't know yet."))


class SchoolForm(PlainForm):
    """A school."""

    name = LineInput(_l("Name of the school"), [Needed(), AtMost(SCHOOL_NAME_LENGTH)])
    theme = SelectField(_l("Looks"), validate_choice=False)
