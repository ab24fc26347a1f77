"""What is on in a cohort, from when until when, with what settings. Only the school that is its home decides that."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portfolio.clock import Ending
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people import switching
from portfolio.people.agreements import AGREEMENTS, list_arranged
from portfolio.people.cohorts import CohortPlace
from portfolio.people.models import PluginFailure, Switch
from portfolio.people.organising import check_end, check_period
from portfolio.scope import Scope


@dataclass(frozen=True)
class SwitchLine(Ending):
    """A plugin that is, was or will be on in a cohort."""

    id: uuid.UUID
    cohort_id: uuid.UUID
    plugin: str
    settings: Mapping[str, Any]
    since: dt.date
    until: dt.date | None
    broke_on: dt.date | None
    """The last day on which it broke on some page, wherever; who runs the portfolio finds more in the log."""


_BROKE_ON = select(func.max(PluginFailure.day)).where(PluginFailure.plugin == Switch.plugin).scalar_subquery()
SWITCHES = select(
    Switch.id, Switch.cohort_id, Switch.plugin, Switch.settings, Switch.since, Switch.until, _BROKE_ON
)
"""Rows of SwitchLine."""


def list_switches(scope: Scope, place: CohortPlace) -> list[SwitchLine]:
    """What is, was or will be on in the cohort, last begun first. One query."""
    rows = scope.session.execute(
        SWITCHES.where(Switch.cohort_id == place.id).order_by(Switch.since.desc(), Switch.plugin, Switch.id)
    )
    return [SwitchLine(*row) for row in rows]


def get_switch(scope: Scope, place: CohortPlace, switch_id: uuid.UUID) -> SwitchLine:
    """One that isn't over, in the school's own cohort. Raises NotVisible. One query."""
    place.check_home()
    row = scope.session.execute(
        SWITCHES.where(Switch.id == switch_id, Switch.cohort_id == place.id, Switch.not_over(scope.today))
    ).one_or_none()
    if row is None:
        raise NotVisible(str(switch_id))
    return SwitchLine(*row)


def switch_on(
    scope: Scope, place: CohortPlace, plugin: str, since: dt.date, last_day: dt.date | None,
    plugins: Collection[str], settings: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Switch one of `plugins` on in the cohort, from today on at the earliest, with settings as its fields keep them.

    Raises Refused (fields since, last_day), also as long as something of AGREEMENTS isn't filled in, and NotVisible.
    """
    place.check_home()
    if plugin not in plugins:
        raise NotVisible(plugin)
    arranged = {one.what for one in list_arranged(scope, [place.id]).get(place.id, [])}
    if AGREEMENTS.keys() - arranged:
        raise Refused(_("First fill in what is arranged, and what follows. Everybody who takes part reads it."))
    if since < scope.today:
        raise Refused({"since": _("This day has passed. Choose today or a later day.")})
    until = check_period(scope, since, last_day)
    switching.switch_on(scope.session, place.id, plugin, since, until).settings = dict(settings or {})
    scope.session.flush()


def change_settings(scope: Scope, place: CohortPlace, switch_id: uuid.UUID, settings: Mapping[str, Any]) -> None:
    """Other settings, for everybody who takes part, at once. Raises NotVisible."""
    get_switch(scope, place, switch_id)
    scope.session.get_one(Switch, switch_id).settings = dict(settings)
    scope.session.flush()


def switch_off(scope: Scope, place: CohortPlace, switch_id: uuid.UUID, last_day: dt.date) -> None:
    """A plugin is on up to and including a day; yesterday ends it at once. Raises Refused (last_day), NotVisible."""
    switch = get_switch(scope, place, switch_id)
    if last_day < scope.today - dt.timedelta(days=1):
        raise Refused({"last_day": _("This day has passed. Choose yesterday, today or a later day.")})
    until = check_end(scope, min(switch.since, last_day), last_day)
    switching.end_switch(scope.session, switch_id, until, scope.today)
