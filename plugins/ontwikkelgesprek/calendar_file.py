"""A conversation as a calendar file, for either's own calendar. Its words are neutral: others may see that calendar."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar, Event
from portfolio_plugins.ontwikkelgesprek.conversations import Talk

from portfolio.clock import moment_of
from portfolio.i18n import gettext as _

LASTS = dt.timedelta(hours=1)


def write_calendar(talk: Talk, stamp: dt.datetime) -> bytes:
    """The file: day, time and place, and that two people meet. Not about what, and no address of a page.

    Changing the plan gives it a higher sequence under the same id, so that a calendar moves what it has.
    """
    event = Event()
    event.add("uid", f"{talk.id}@portfolio")
    event.add("dtstamp", stamp)
    event.add("sequence", talk.number)
    event.add("summary", _("Meeting with %(name)s", name=talk.other))
    if talk.begins_at:
        begins = moment_of(talk.planned_on, dt.time.fromisoformat(talk.begins_at))
        event.add("dtstart", begins)
        event.add("dtend", begins + LASTS)
    else:
        event.add("dtstart", talk.planned_on)
        event.add("dtend", talk.planned_on + dt.timedelta(days=1))
    if talk.place:
        event.add("location", talk.place)
    event.add("status", "CANCELLED" if talk.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//portfolio//NL")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
