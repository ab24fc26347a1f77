"""What waits for somebody: conversations that are planned or being written about, and what was handed to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, list_talks
from portfolio_plugins.ontwikkelgesprek.own import list_to_read

from portfolio.contributions import Card, CardLine
from portfolio.i18n import gettext as _
from portfolio.i18n import show_day
from portfolio.scope import Scope

MOST = 6


def list_cards(scope: Scope, places: Collection[Any]) -> list[Card]:
    """For the page of all that somebody has together with others: conversations, and what they may read until when.

    One query. Of the preparations only the viewer's own is told.
    """
    talks, _more = list_talks(scope, places)
    lines = tuple(_line(one, f"{show_day(one.planned_on)}: {_own_part(one)}") for one in reversed(talks) if one.goes_on)
    read = tuple(
        CardLine(
            _("What %(name)s hands over", name=one.teacher),
            url_for("ontwikkelgesprek.read", portfolio=one.portfolio_id, talk=one.id),
            _("to be read until %(day)s", day=show_day(one.items_until.date())),
        )
        for one in list_to_read(talks, scope.now)
        if one.items_until
    )
    title = _("Development conversations")
    found = [Card(title, _("What do you want to say aloud?"), lines[:MOST], order=20)] if lines else []
    return found + ([Card(_("Handed to me"), lines=read[:MOST], order=21)] if read else [])


def list_coming(scope: Scope, places: Collection[Any]) -> Sequence[CardLine]:
    """Conversations that are still to come, the first one first. One query."""
    talks, _more = list_talks(scope, places, size=MOST)
    coming = [one for one in talks if one.goes_on and one.planned_on >= scope.today]
    return [_line(one, show_day(one.planned_on)) for one in reversed(coming)]


def _line(talk: Talk, note: str) -> CardLine:
    address = url_for("ontwikkelgesprek.talk", portfolio=talk.portfolio_id, talk=talk.id)
    return CardLine(_("%(kind)s with %(name)s", kind=talk.label, name=talk.other), address, note)


def _own_part(talk: Talk) -> str:
    if talk.opened:
        return str(talk.state_label)
    if talk.released(talk.side):
        return _("you have released your preparation")
    return _("you have prepared something") if talk.part_id(talk.side) else _("not prepared yet")
