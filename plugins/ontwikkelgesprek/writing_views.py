"""The forms of what the two write: each a preparation, the teacher the report, the leader an addition."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, request
from portfolio_plugins.ontwikkelgesprek import preparing, reporting
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint
from portfolio_plugins.ontwikkelgesprek.showing import page
from portfolio_plugins.ontwikkelgesprek.texts import read_texts

from portfolio.access import MEMBER, needs
from portfolio.entries.entry_texts import EntryText
from portfolio.entries.forms import show_refusal
from portfolio.entries.kinds import Draft, Kind
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import show_day
from portfolio.scope import Scope
from portfolio.web import see, sent_once, this_scope

Keep = Callable[[Scope, Talk, EntryText | None, Draft, uuid.UUID | None], None]


@blueprint.route(f"{TALK}/prepare", methods=["GET", "POST"])
@needs(MEMBER)
def prepare(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """My own preparation, which nobody else reads before both are released."""
    scope = this_scope()
    found = get_talk(scope, talk)
    if not found.can_prepare:
        raise NotAllowed("prepare")
    own = read_texts(scope, found).part(found.side)
    return _form(found, preparing.PARTS[found.side], own, preparing.keep_part, "prepare", found.planned_on)


@blueprint.route(f"{TALK}/report", methods=["GET", "POST"])
@needs(MEMBER)
def report(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """The report, by the teacher."""
    return _afterwards(talk, TEACHER)


@blueprint.route(f"{TALK}/addition", methods=["GET", "POST"])
@needs(MEMBER)
def addition(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """What the leader adds."""
    return _afterwards(talk, LEADER)


def _afterwards(talk_id: uuid.UUID, side: str) -> Any:
    scope = this_scope()
    talk = get_talk(scope, talk_id)
    if talk.side != side or not talk.can_report:
        raise NotAllowed("report")
    texts = read_texts(scope, talk)
    kind = reporting.WRITTEN_BY[side][0]
    own = texts.report if side == TEACHER else texts.addition
    beside = texts.report if side == LEADER else None
    return _form(talk, kind, own, reporting.keep_text, "report", talk.planned_on, beside=beside)


def _form(
    talk: Talk, kind: type[Kind], own: EntryText | None, keep: Keep, template: str, day: dt.date,
    beside: EntryText | None = None,
) -> Any:  # fmt: skip
    """The title comes from the conversation; a report has the day it was held, anything else today's."""
    scope = this_scope()
    title = own.title if own else f"{talk.label}, {show_day(talk.planned_on)}"
    asks_day = kind.name == "conversation_report"
    happened_on = own.happened_on if own else (min(day, scope.today) if asks_day else scope.today)
    content = own.content if own else kind.empty()
    data = kind.form_data(title, happened_on, None, None, content) | {"seen": own.number if own else 0}
    form = kind.form_class()(data=data)
    form.title.data = title
    if not asks_day:
        form.happened_on.data = happened_on
    meanwhile = None
    if request.method == "POST" and form.validate():
        try:
            keep(scope, talk, own, kind.from_form(form, content), sent_once())
        except Refused as error:
            show_refusal(form, error)
        except Conflict as conflict:
            meanwhile = conflict.current
            form.seen.data = meanwhile.number if meanwhile is not None else 0
        else:
            flash(_("Kept."), "success")
            return see("ontwikkelgesprek.talk", portfolio=talk.portfolio_id, talk=talk.id)
    shown = page(template, talk, form=form, meanwhile=meanwhile, beside=beside, asks_day=asks_day)
    return shown, 409 if meanwhile is not None else 422 if form.errors else 200
