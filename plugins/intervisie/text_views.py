"""The pages on which somebody brings a case, gives or keeps advice, and writes what they take away or look back on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from portfolio_plugins.intervisie import agreements, sessions, texts
from portfolio_plugins.intervisie.group_views import who_in
from portfolio_plugins.intervisie.kinds import Case, Evaluation, Pattern, TakeAway
from portfolio_plugins.intervisie.models import OPEN
from portfolio_plugins.intervisie.routes import SESSION, blueprint
from portfolio_plugins.intervisie.session_views import session_page
from portfolio_plugins.intervisie.sessions import OpenSession

from portfolio.access import MEMBER, WRITE, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.presenting import entry_url
from portfolio.entries.reading import list_own
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, sent_once, this_scope


@blueprint.get("/cases/<uuid:entry>/bring")
@needs(WRITE)
def bring(portfolio: uuid.UUID, entry: uuid.UUID) -> str:
    """To which session do I bring this case?"""
    scope, case = this_scope(), g.entry
    if case.kind != Case.name or case.deleted_at is not None:
        raise NotVisible(str(entry))
    coming = sessions.list_ahead(scope, sessions.list_groups(scope))
    return render(
        "intervisie/bring.html",
        case=case,
        ahead=[one for one in coming if one.mine or not one.owner],
        entry_url=entry_url,
        portfolio_id=portfolio,
    )


@blueprint.route(f"{SESSION}/case", methods=["GET", "POST"])
@needs(MEMBER)
def put_down(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Choose which of my cases I bring to this session."""
    scope = this_scope()
    message = ""
    if request.method == "POST":
        try:
            before = texts.put_down_case(scope, session, _id(request.form.get("entry", "")))
        except Refused as refused:
            message = refused.message
        else:
            flash(_("Your case lies here now. The group reads it until its term is over."), "success")
            return see(_page_of(before), portfolio=portfolio, session=session)
    opened = sessions.get_session(scope, session)
    mine, _more = list_own(scope, kinds=[Case.name])
    page = render(
        "intervisie/put_down.html",
        session=opened,
        mine=mine,
        message=message,
        case=Case,
        own=scope.relations.portfolio,
        back=url_for(_page_of(opened), portfolio=portfolio, session=session),
    )
    return page, 422 if message else 200


@blueprint.post(f"{SESSION}/case/back")
@needs(MEMBER)
def take_back(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """My case goes out of this session; it is mine alone again."""
    texts.take_back_case(this_scope(), session)
    flash(_("Your case is yours alone again."), "success")
    return see("intervisie.session", portfolio=portfolio, session=session)


@blueprint.post(f"{SESSION}/advice")
@needs(MEMBER)
def give_advice(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Give the case owner advice; nobody else reads it."""
    text = request.form.get("advice", "")
    try:
        texts.give_advice(this_scope(), session, text, sent_once(), to=request.form.get("to", ""))
    except Refused as refused:
        return session_page(session, advice=text, advice_error=refused.message), 422
    flash(_("Given. Only you and the case owner read it."), "success")
    return see("intervisie.session", portfolio=portfolio, session=session)


@blueprint.post(f"{SESSION}/advice/<uuid:advice>/keep")
@needs(MEMBER)
def keep_advice(portfolio: uuid.UUID, session: uuid.UUID, advice: uuid.UUID) -> Any:
    """Keep advice I got, or don't keep it after all."""
    keep = request.form.get("keep", "1") == "1"
    texts.keep_advice(this_scope(), session, advice, keep=keep)
    flash(_("Kept. You can go on reading it.") if keep else _("It closes for you when the term is over."), "success")
    return see("intervisie.session", portfolio=portfolio, session=session)


@blueprint.route(f"{SESSION}/take-away", methods=["GET", "POST"])
@needs(MEMBER)
def take_away(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Write what I take away from this session."""
    scope = this_scope()
    opened = sessions.get_session(scope, session)
    form = _form(TakeAway, texts.day_of(opened, scope.today))

    def keep(draft: Draft) -> None:
        texts.write_take_away(scope, session, draft, sent_once())

    kept, who = _("Kept. Only you see this, until you share it."), _("Only you see this, until you share it.")
    return _write(TakeAway, form, keep, kept, who, session=opened)


@blueprint.route(f"{SESSION}/evaluation", methods=["GET", "POST"])
@needs(MEMBER)
def evaluate(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """Say to the group how this session was; who did so already goes on with that."""
    scope = this_scope()
    opened = sessions.get_session(scope, session)
    group = agreements.get_group(scope)
    if request.method == "GET":
        for one in texts.list_written(scope, opened):
            if one.what == "evaluation" and one.mine:
                return see("entries.edit", portfolio=portfolio, section=blueprint.name, entry=one.id)
    form = _form(Evaluation, texts.day_of(opened, scope.today), _("How it was for me"))

    def keep(draft: Draft) -> None:
        texts.write_evaluation(scope, session, draft, sent_once())

    return _write(Evaluation, form, keep, _("Kept. The group reads it."), who_in(group), session=opened)


@blueprint.route("/patterns/new", methods=["GET", "POST"])
@needs(MEMBER)
def pattern(portfolio: uuid.UUID) -> Any:
    """Write down what comes back across sessions."""
    scope = this_scope()
    group = agreements.get_group(scope)
    form = _form(Pattern, scope.today)
    chosen = [found for one in request.form.getlist("sessions") if (found := _find_id(one)) is not None]
    past, _more = sessions.list_past(scope, [portfolio])

    def keep(draft: Draft) -> None:
        texts.write_pattern(scope, draft, chosen, sent_once())

    kept = _("Kept. The group reads it.")
    return _write(Pattern, form, keep, kept, who_in(group), past=past, chosen=chosen)


def _write(kind: type[Kind], form: Any, keep: Callable[[Draft], None], kept: str, who: str, **more: Any) -> Any:
    """Keep what a form says and go back to its session, or the group; or show it, with what is wrong."""
    values = request.view_args or {}
    back = _page_of(more["session"]) if "session" in values else "intervisie.group"
    if form.validate_on_submit():
        try:
            keep(kind.from_form(form))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            flash(kept, "success")
            return see(back, **values)
    context = {"session": None, "past": (), "chosen": ()} | more
    page = render("intervisie/write.html", kind=kind, form=form, who=who, back=url_for(back, **values), **context)
    return page, 422 if form.errors else 200


def _page_of(session: OpenSession) -> str:
    """Where somebody is in a session: while it goes on, live."""
    return "intervisie.live" if session.state == OPEN and not session.closed else "intervisie.session"


def _form(kind: type[Kind], day: Any, title: str = "") -> Any:
    return kind.form_class()(data=kind.form_data(title, day, None, None, kind.empty()))


def _find_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _id(text: str) -> uuid.UUID:
    found = _find_id(text)
    if found is None:
        raise Refused(_("Choose one of your cases."))
    return found
