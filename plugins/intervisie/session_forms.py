"""The forms about a group and its sessions. Every text is cleaned as it comes in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from portfolio_plugins.intervisie.agreements import LENGTH as AGREEMENTS_LENGTH
from portfolio_plugins.intervisie.agreements import GroupMember
from portfolio_plugins.intervisie.methods import LONGEST_STEP, Method
from portfolio_plugins.intervisie.planning import LENGTH, Plan
from portfolio_plugins.intervisie.sessions import ROLE_LABELS, ROLES, OpenSession
from wtforms import SelectField, ValidationError

from portfolio.clock import today
from portfolio.entries.inputs import (
    AtMost,
    LineInput,
    Needed,
    NotBefore,
    ProseInput,
    SeenInput,
    select_choices,
    years_from,
)
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.forms import FactInput, PlainForm
from portfolio.people.relation_forms import NeededDay, Picked

MINUTES = "minutes-"


class AgreementsForm(PlainForm):
    """What a group agrees."""

    agreements = ProseInput(
        _l("What do we agree?"),
        [Needed(), AtMost(AGREEMENTS_LENGTH)],
        description=_l("For instance: what stays among us, what we do when somebody can't come, how often we meet."),
        render_kw={"rows": 10},
    )
    seen = SeenInput(default=0)


class SessionForm(PlainForm):
    """A session, planned or changed."""

    day = NeededDay(_l("Day"))
    begins_at = FactInput(_l("Time"), [AtMost(20)], description=_l("Such as 19:30. May stay empty."))
    place = FactInput(_l("Place"), [AtMost(LENGTH)])
    link = FactInput(_l("Link to an online meeting"), [AtMost(LENGTH)])
    method = SelectField(_l("Method of the session"), validate_choice=False)
    facilitator = Picked(ROLE_LABELS["facilitator"], description=_l("Guards the steps, and that everybody is heard."))
    timekeeper = Picked(ROLE_LABELS["timekeeper"])
    case_owner = Picked(
        ROLE_LABELS["case_owner"], description=_l("Brings the question. May stay open until you choose.")
    )
    observer = Picked(ROLE_LABELS["observer"], description=_l("Looks at how you work together. Not needed."))
    seen = SeenInput(default=0)

    def validate_day(self, field: Any) -> None:
        """Within a year from now."""
        NotBefore(lambda: years_from(today(), 1), _l("This day is more than a year away."))(self, field)

    def offer(
        self, members: Iterable[GroupMember], methods: Iterable[Method], session: OpenSession | None = None
    ) -> None:
        """Fill the lists to choose from; who has a part in the session already is among them."""
        there = session.roles.values() if session is not None else ()
        people = sorted({(one.id, one.name) for one in (*members, *there)}, key=lambda one: (one[1], one[0]))
        for role in ROLES:
            self[role].offer(people, _l("Nobody yet"))
        self.method.choices = select_choices((one.code, one.title) for one in methods)

    @property
    def plan(self) -> Plan:
        """What it says, once it has been found right as far as a form can tell."""
        roles = {role: self[role].picked or uuid.UUID(int=0) for role in ROLES if self[role].data}
        asked = [one for one in self if one.name.startswith(MINUTES)]
        minutes = {one.name.removeprefix(MINUTES): int(one.data) for one in asked if one.data}
        return Plan(
            self.day.day, self.begins_at.data or "", self.place.data or "", self.link.data or "", roles, minutes,
        )  # fmt: skip


def change_form(session: OpenSession) -> type[SessionForm]:
    """The form of a session that is there: with the minutes of each of its steps."""
    inputs = {f"{MINUTES}{step.code}": FactInput(step.title, [_is_minutes]) for step in session.method.steps}
    return type("ChangeForm", (SessionForm,), inputs)


def data_of(session: OpenSession) -> dict[str, Any]:
    """What to fill that form with."""
    roles = {role: str(session.roles[role].id) if role in session.roles else "" for role in ROLES}
    minutes = {f"{MINUTES}{step.code}": str(step.minutes) for step in session.method.steps}
    return {
        "day": session.day, "begins_at": session.begins_at, "place": session.place, "link": session.link,
        "method": session.method.code, "seen": session.number, **roles, **minutes,
    }  # fmt: skip


def _is_minutes(form: Any, field: LineInput) -> None:
    text = field.data or ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 0 < int(text) <= LONGEST_STEP):
        raise ValidationError(_("Write a number of minutes from 1 to %(most)s.", most=LONGEST_STEP))
