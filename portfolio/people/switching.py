"""Switching plugins on and off in a cohort, and whether one switch goes on with another: the chains of `Switch`.

A chain has no gaps. So a switch that begins where another of its plugin runs, in its cohort or in the one it is copied
from, goes on with that one's chain; and one whose predecessor is ended before it begins gets a chain of its own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portfolio.db import new_id
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people.models import PluginFailure, Switch


def switch_on(
    session: Session, cohort_id: uuid.UUID, plugin: str, since: dt.date, until: dt.date | None = None
) -> Switch:
    """Have a plugin be on in a cohort from `since` up to, not including, `until`; returns the switch.

    Raises Refused for a period that ends before it begins, or in which the plugin is on already.
    """
    if until is not None and until <= since:
        raise Refused({"until": _("The last day lies before the first.")})
    here = session.scalars(select(Switch).where(Switch.plugin == plugin, Switch.cohort_id == cohort_id)).all()
    if any((until is None or one.since < until) and (one.until is None or since < one.until) for one in here):
        raise Refused({"since": _("It is on already in a part of this period.")})
    found = Switch(cohort_id=cohort_id, plugin=plugin, since=since, until=until)
    found.chain = _chain(here, since)
    session.add(found)
    session.flush()
    return found


def copy_switches(
    session: Session, cohort_id: uuid.UUID, copy_id: uuid.UUID, since: dt.date, until: dt.date | None, day: dt.date
) -> None:
    """Have what is on in a cohort on `day`, or will be, be on in its empty copy too, from `since` until `until`."""
    there = session.scalars(select(Switch).where(Switch.cohort_id == cohort_id).order_by(Switch.since)).all()
    last = {one.plugin: one for one in there if one.not_over(day)}
    session.add_all(
        Switch(
            cohort_id=copy_id, plugin=plugin, since=since, until=until, settings=dict(one.settings),
            chain=_chain([other for other in there if other.plugin == plugin], since),
        )  # fmt: skip
        for plugin, one in last.items()
    )
    session.flush()


def end_switch(session: Session, switch_id: uuid.UUID, until: dt.date, today: dt.date) -> None:
    """Have a switch run up to, not including, `until`; one that wouldn't have begun by then was never there.

    What would have gone on with it later, now after a gap, gets a chain of its own. Raises NotVisible when it isn't
    there or is over, Refused for a day in the past.
    """
    switch = session.get(Switch, switch_id)
    if switch is None or (switch.until is not None and switch.until <= today):
        raise NotVisible(str(switch_id))
    if until < today:
        raise Refused({"until": _("This day has passed. Choose today or a later day, or leave it empty.")})
    if until <= switch.since:
        session.delete(switch)
    else:
        switch.until = until
    session.flush()
    _break_at_gaps(session, switch.chain)


def note_failure(session: Session, plugin: str, day: dt.date) -> None:
    """Remember that a plugin broke on a day. Once is enough."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(PluginFailure(plugin=plugin, day=day))


def _chain(before: Sequence[Switch], since: dt.date) -> uuid.UUID:
    """The chain of what begins on a day: that of the one among `before` that runs till then; otherwise a new one."""
    reach_it = (one for one in before if one.since <= since and (one.until is None or since <= one.until))
    return next((one.chain for one in reach_it), new_id())


def _break_at_gaps(session: Session, chain: uuid.UUID) -> None:
    reach, now = dt.date.min, chain
    for switch in session.scalars(select(Switch).where(Switch.chain == chain).order_by(Switch.since, Switch.id)).all():
        if reach not in (dt.date.min, dt.date.max) and switch.since > reach:
            now = new_id()
        switch.chain = now
        reach = max(reach, switch.until or dt.date.max)
    session.flush()
