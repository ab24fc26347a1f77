"""One conversation: where it stands and what is next, releasing, the five minutes of reading, and the talk itself."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.ontwikkelgesprek import points, preparing, showing
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint
from portfolio_plugins.ontwikkelgesprek.showing import look_at

from portfolio.access import MEMBER, needs
from portfolio.errors import NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.web import by_itself, see, sent_once, this_scope


@blueprint.get(f"{TALK}/")
@needs(MEMBER)
def talk(portfolio: uuid.UUID, talk: uuid.UUID) -> str:
    """One conversation."""
    return talk_page(talk)


def talk_page(talk_id: uuid.UUID, **more: Any) -> str:
    """The page of a conversation; `more` has what came back with a message."""
    shown = look_at(this_scope(), talk_id)
    return showing.show("talk", shown, **({"errors": {}, "typed": {}, "changed": False} | more))


@blueprint.post(f"{TALK}/release")
@needs(MEMBER)
def release(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """My part may open; when the other said so too, both open now."""
    try:
        opened = preparing.release(this_scope(), talk)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(_("Both are open now.") if opened else _("Released. Both open at once when the other releases too."))
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk)


@blueprint.post(f"{TALK}/take-back")
@needs(MEMBER)
def take_release_back(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """Close my part again, as long as the other hasn't released."""
    try:
        preparing.take_release_back(this_scope(), talk)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(_("Taken back. You can go on writing."))
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk)


@blueprint.get(f"{TALK}/read")
@needs(MEMBER)
def read(portfolio: uuid.UUID, talk: uuid.UUID) -> str:
    """What the leader is given to read, on one calm page. The teacher sees the same, also before it opens."""
    shown = look_at(this_scope(), talk)
    if shown.talk.i_lead and not shown.talk.opened:
        raise NotAllowed("read")
    return showing.show("read", shown)


@blueprint.get(f"{TALK}/during")
@needs(MEMBER)
def during(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """The page the two share while they talk."""
    return _during(talk)


@blueprint.get(f"{TALK}/during/now")
@needs(MEMBER)
@by_itself
def during_now(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """The part of it that changes, for a page that is open: nothing, when nothing changed for its reader."""
    scope = this_scope()
    shown = _look_to_talk(talk)
    found = points.list_points(scope, shown.talk)
    if request.args.get("seen") == _seen(shown, found):
        return "", 204
    return showing.show("during_now", shown, points=found, seen=_seen(shown, found))


@blueprint.post(f"{TALK}/points")
@needs(MEMBER)
def add_point(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """Put a point on that page."""
    text = request.form.get("text", "")
    try:
        points.add_point(this_scope(), talk, text, sent_once())
    except Refused as refused:
        return _during(talk, text=text, error=refused.message), 422
    return see("ontwikkelgesprek.during", portfolio=portfolio, talk=talk, _anchor="points")


@blueprint.post(f"{TALK}/points/<uuid:point>/remove")
@needs(MEMBER)
def remove_point(portfolio: uuid.UUID, talk: uuid.UUID, point: uuid.UUID) -> Any:
    """Take my own point off it."""
    points.remove_point(this_scope(), talk, point)
    return see("ontwikkelgesprek.during", portfolio=portfolio, talk=talk, _anchor="points")


def _during(talk_id: uuid.UUID, text: str = "", error: str = "") -> Any:
    shown = _look_to_talk(talk_id)
    found = points.list_points(this_scope(), shown.talk)
    return showing.show("during", shown, points=found, seen=_seen(shown, found), text=text, error=error)


def _look_to_talk(talk_id: uuid.UUID) -> showing.Shown:
    """The conversation, once it may be held. Raises NotAllowed before."""
    shown = look_at(this_scope(), talk_id)
    if not shown.talk.opened and not shown.talk.can_report:
        raise NotAllowed("talk")
    return shown


def _seen(shown: showing.Shown, found: list[points.PointLine]) -> str:
    return hashlib.sha256(repr([shown.seen, [one.id for one in found]]).encode()).hexdigest()[:32]
