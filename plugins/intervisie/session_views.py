"""The pages of one session: planning it, reading it, changing it, calling it off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.intervisie import agreements, planning, sessions, texts
from portfolio_plugins.intervisie.group_views import who_in
from portfolio_plugins.intervisie.methods import KIND, Method, list_methods
from portfolio_plugins.intervisie.models import OPEN
from portfolio_plugins.intervisie.routes import SESSION, blueprint
from portfolio_plugins.intervisie.session_forms import SessionForm, change_form, data_of
from portfolio_plugins.intervisie.sessions import ROLE_LABELS
from portfolio_plugins.intervisie.settings import read_settings

from portfolio.access import MEMBER, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.presenting import entry_url, facts_of
from portfolio.entries.readers_log import note_reading
from portfolio.entries.reading import find_entry
from portfolio.errors import Conflict, Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, sent_once, this_app, this_scope


@blueprint.route("/sessions/new", methods=["GET", "POST"])
@needs(MEMBER)
def plan(portfolio: uuid.UUID) -> Any:
    """Plan a session."""
    scope = this_scope()
    group = agreements.get_group(scope)
    days, methods = _choices()
    form = SessionForm(data={"method": request.args.get("method", methods[0].code), "facilitator": str(scope.me.id)})
    form.offer(group.members, methods)
    if form.validate_on_submit() and (method := _chosen(form, methods)) is not None:
        try:
            made = planning.plan_session(scope, form.plan, method, days, sent_once())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            flash(_("Planned. The others get a message that something waits for them."), "success")
            return see("intervisie.session", portfolio=portfolio, session=made)
    held = sessions.count_held(scope)
    page = render(
        "intervisie/plan.html", group=group, form=form, methods=methods, held=held, session=None, conflict=None,
        who=who_in(group),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.get(f"{SESSION}/")
@needs(MEMBER)
def session(portfolio: uuid.UUID, session: uuid.UUID) -> str:
    """One session: when and where, who does what, the case, the steps, and what was written about it."""
    return session_page(session)


def session_page(session: uuid.UUID, **more: Any) -> str:
    """The page of a session; `more` has what came back with a message. Reading another's case goes into their log."""
    scope = this_scope()
    opened = sessions.get_session(scope, session)
    group = agreements.get_group(scope)
    case = find_entry(scope, opened.case_id) if opened.case_id is not None else None
    written = texts.list_written(scope, opened)
    note_reading(scope, *([case] if case is not None else []), *written)
    context = {"advice": "", "advice_error": ""} | more
    return render(
        "intervisie/session.html",
        **context,
        written=written,
        group=group,
        session=opened,
        case=case,
        facts=facts_of(case) if case is not None else (),
        role_labels=ROLE_LABELS,
        entry_url=entry_url,
        who=who_in(group),
    )


@blueprint.route(f"{SESSION}/edit", methods=["GET", "POST"])
@needs(MEMBER)
def change(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Change a session, with the minutes of its steps. Who saves on top of another's change is told."""
    scope = this_scope()
    opened = sessions.get_session(scope, session)
    group = agreements.get_group(scope)
    days, methods = _choices(opened.method)
    form = change_form(opened)(data=data_of(opened))
    form.offer(group.members, methods, opened)
    conflict = None
    if form.validate_on_submit() and (method := _chosen(form, methods)) is not None:
        try:
            planning.change_session(scope, session, form.plan, method, days, form.seen.data)
        except Refused as refused:
            show_refusal(form, refused)
        except Conflict as meanwhile:
            conflict, form.seen.data = meanwhile.current, meanwhile.current.number
        else:
            flash(_("Kept."), "success")
            return see("intervisie.session", portfolio=portfolio, session=session)
    page = render(
        "intervisie/plan.html", group=group, form=form, methods=methods, held=None, session=opened, conflict=conflict,
        who=who_in(group),
    )  # fmt: skip
    return page, 409 if conflict is not None else 422 if form.errors else 200


@blueprint.post(f"{SESSION}/state")
@needs(MEMBER)
def change_state(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Begin, end or call off a session, or plan it after all."""
    asked = request.form.get("state", "")
    try:
        planning.change_state(this_scope(), session, asked)
    except Refused as refused:
        flash(refused.message, "warning")
    except Conflict:
        flash(_("Somebody changed this session meanwhile. Look again before you go on."), "warning")
    else:
        if asked == OPEN:
            return see("intervisie.live", portfolio=portfolio, session=session)
    return see("intervisie.session", portfolio=portfolio, session=session)


@blueprint.post(f"{SESSION}/agree")
@needs(MEMBER)
def agree(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """As its case owner: I want it held like this."""
    try:
        planning.agree(this_scope(), session, request.form.get("method", ""))
    except Conflict:
        flash(_("Somebody changed this session meanwhile. Look again before you go on."), "warning")
    return see("intervisie.session", portfolio=portfolio, session=session)


def _choices(kept: Method | None = None) -> tuple[int, list[Method]]:
    """How long a case stays open here, and the methods to choose from; with that of a session that is there."""
    scope = this_scope()
    days, own = read_settings(scope)
    found = list_methods(this_app().registry.starters_for(scope, KIND), own)
    if kept is not None and kept.code not in {method.code for method in found}:
        found.append(kept)
    return days, found


def _chosen(form: SessionForm, methods: list[Method]) -> Method | None:
    method = next((one for one in methods if one.code == form.method.data), None)
    if method is None:
        form.method.errors = [_("Choose one of these.")]
    return method
