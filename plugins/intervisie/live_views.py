"""The live session: its steps one by one, with everybody at their own screen, or by themselves over some days.

`/live/now` is the part that only reads; an open page asks for it every few seconds. Forms come along only when the
group asks something else of the reader, and never over what somebody is typing.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.intervisie import agreements, live_reading, live_service, methods, texts
from portfolio_plugins.intervisie.group_views import who_in
from portfolio_plugins.intervisie.live_reading import Now
from portfolio_plugins.intervisie.models import CANCELLED, MARKS, NOTE, POSITION, QUESTION
from portfolio_plugins.intervisie.routes import SESSION, blueprint
from portfolio_plugins.intervisie.sessions import ROLE_LABELS

from portfolio.access import MEMBER, needs
from portfolio.entries.presenting import facts_of
from portfolio.entries.readers_log import note_reading
from portfolio.entries.reading import find_entry
from portfolio.errors import Conflict, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.web import by_itself, render, see, sent_once, this_scope

LIVE = f"{SESSION}/live"
MARK_LABELS = {"cold": _l("Cold"), "lukewarm": _l("Lukewarm"), "warm": _l("Warm")}


@blueprint.get(LIVE)
@needs(MEMBER)
def live(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """The session as it goes on."""
    now = live_reading.get_now(this_scope(), session)
    if now.session.state == CANCELLED:
        return see("intervisie.session", portfolio=portfolio, session=session)
    return _page("intervisie/live.html", now)


@blueprint.get(f"{LIVE}/now")
@needs(MEMBER)
@by_itself
def live_now(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """What a page that is open shows since it looked last: nothing, when nothing changed for its reader."""
    now = live_reading.get_now(this_scope(), session)
    if request.args.get("seen") == now.seen:
        return "", 204
    with_forms = request.args.get("part") != now.part
    return render("intervisie/live_now.html", **_context(now, written=with_forms), with_forms=with_forms)


@blueprint.get(f"{LIVE}/notes")
@needs(MEMBER)
def live_notes(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """The case owner's notes, on a page that stays as it is: the listening screen refreshes by itself."""
    now = live_reading.get_now(this_scope(), session)
    if not now.owner:
        raise NotVisible(str(session))
    return _page("intervisie/live_notes.html", now)


@blueprint.post(f"{LIVE}/turn")
@needs(MEMBER)
def live_turn(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """To the next step, past one, back, or to the end; from the step that the form saw."""
    try:
        live_service.turn(this_scope(), session, request.form.get("way", ""), _step(request.form.get("seen", "")))
    except Refused as refused:
        flash(refused.message, "warning")
    except Conflict:
        flash(_("Somebody went on just before you. This is where the group is now."), "calm")
    return _back()


@blueprint.post(f"{LIVE}/open")
@needs(MEMBER)
def live_open(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Open the positions of a step, for everybody at once."""
    return _do(live_service.reveal, request.form.get("step", ""))


@blueprint.post(f"{LIVE}/come")
@needs(MEMBER)
def live_come(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """I am there."""
    return _do(live_service.come)


@blueprint.post(f"{LIVE}/role")
@needs(MEMBER)
def live_role(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """I bring the question, or facilitate, where nobody does yet."""
    return _do(live_service.claim, request.form.get("role", ""))


@blueprint.post(f"{LIVE}/lines")
@needs(MEMBER)
def live_write(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Write a question, a position or a note. What can't be kept comes back to its writer."""
    what = request.form.get("what", "")
    if what not in (QUESTION, POSITION, NOTE):
        what = QUESTION
    step, text = request.form.get("step", ""), request.form.get("text", "")
    try:
        live_service.write_line(this_scope(), session, what, step, text, sent_once())
    except Refused as refused:
        return _again(what, text, refused, step)
    return _back("live_notes" if request.form.get("from") == "notes" else "live", "write")


@blueprint.post(f"{LIVE}/lines/<uuid:line>/back")
@needs(MEMBER)
def live_take_back(portfolio: uuid.UUID, session: uuid.UUID, line: uuid.UUID) -> Any:
    """Take back what I wrote."""
    return _do(live_service.take_back_line, line)


@blueprint.post(f"{LIVE}/lines/<uuid:line>/mark")
@needs(MEMBER)
def live_mark(portfolio: uuid.UUID, session: uuid.UUID, line: uuid.UUID) -> Any:
    """As the case owner: how close does this question come?"""
    return _do(live_service.mark, line, request.form.get("mark", ""), anchor=f"line-{line}")


@blueprint.post(f"{LIVE}/advice")
@needs(MEMBER)
def live_advice(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Give the case owner advice, which nobody else reads."""
    text = request.form.get("text", "")
    try:
        texts.give_advice(this_scope(), session, text, sent_once(), to=request.form.get("to", ""))
    except Refused as refused:
        return _again("advice", text, refused)
    flash(_("Given. Only you and the case owner read it."), "success")
    return _back()


@blueprint.post(f"{LIVE}/question")
@needs(MEMBER)
def live_question(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """As the case owner: my question anew."""
    text = request.form.get("text", "")
    try:
        texts.reformulate(this_scope(), session, text)
    except Refused as refused:
        return _again("anew", text, refused)
    except Conflict:
        return _again("anew", text, Refused(_("You changed your case elsewhere meanwhile. Keep this once more.")))
    return _back()


def _context(now: Now, *, written: bool) -> dict[str, Any]:
    """What the templates show; `written`: with what was written as entries, as far as the part asks for it."""
    scope, session = this_scope(), now.session
    case = None
    if session.case_id is not None and not now.listens and not session.closed:
        case = find_entry(scope, session.case_id)
    advised = written and now.goes_on and any(methods.ADVICE in step.asks for step in _until(now)) and not now.listens
    found = texts.list_written(scope, session) if advised else []
    note_reading(scope, *([case] if case is not None else []), *found)
    return {
        "now": now,
        "session": session,
        "here": {"portfolio": session.portfolio_id, "session": session.id},
        "case": case,
        "facts": facts_of(case) if case is not None else (),
        "advice": [one for one in found if one.what == "advice"],
        "asked": {name.lower(): now.asks(getattr(methods, name)) for name in _ASKED},
        "marks": MARKS,
        "mark_labels": MARK_LABELS,
        "role_labels": ROLE_LABELS,
        "typed": {"what": "", "text": "", "message": "", "step": ""},
    }


_ASKED = ("POSITIONS", "QUESTIONS", "REFORMULATE", "ADVICE", "TAKE_AWAY")


def _until(now: Now) -> Any:
    return now.session.method.steps[: now.session.step + 1]


def _page(template: str, now: Now, **more: Any) -> str:
    group = agreements.get_group(this_scope())
    context = _context(now, written=True)
    context["typed"] |= more
    return render(template, **context, group=group, who=who_in(group))


def _do(what: Any, *asked: Any, anchor: str | None = None) -> Any:
    """Do one thing and look again; a refusal is said above the page."""
    try:
        what(this_scope(), (request.view_args or {})["session"], *asked)
    except Refused as refused:
        flash(refused.message, "warning")
    return _back(anchor=anchor)


def _back(page: str = "live", anchor: str | None = None) -> Any:
    values = request.view_args or {}
    return see(f"intervisie.{page}", portfolio=values["portfolio"], session=values["session"], _anchor=anchor)


def _again(what: str, text: str, refused: Refused, step: str = "") -> Any:
    now = live_reading.get_now(this_scope(), (request.view_args or {})["session"])
    page = _page("intervisie/live.html", now, what=what, text=text, message=refused.message, step=step)
    return page, 422


def _step(text: str) -> int:
    """The step a form saw; one that can't be, for anything else."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,3}", text) else -100
