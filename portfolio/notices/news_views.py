"""One's own news, how to hear of it, and stopping the mails without signing in."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import flash, g, request, url_for
from werkzeug.routing import BuildError
from wtforms import BooleanField, SelectField, ValidationError

from portfolio.access import PERSON, PUBLIC, needs
from portfolio.contributions import Card, CardLine, NoticeKind
from portfolio.entries.forms import show_refusal
from portfolio.entries.inputs import DayInput, select_choices
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import ngettext, show_day
from portfolio.notices import choosing
from portfolio.notices.blueprint import blueprint
from portfolio.notices.kinds import CIRCLE, COACH, COHORT, OWN, RHYTHMS
from portfolio.notices.look_back import list_earlier
from portfolio.notices.reading import NewsLine, list_kinds, list_news, mark_read, mark_read_about
from portfolio.notices.stopping import find_stopper
from portfolio.web import proves_itself, render, see, this_app, this_scope


@blueprint.get("/news")
@needs(PERSON)
def news() -> str:
    """What happened, as far as the reader may see it now. What is shown counts as read."""
    from portfolio.entries.page_views import page_number

    scope, page = this_scope(), page_number()
    lines, more = list_news(scope, this_app().registry.notice_kinds, page=page)
    seen = [(line.bundle, line.at) for line in lines if line.read_at is None]
    if seen or g.signed_in.unread:
        rest = page == 1 and not more
        scope.after.append(partial(mark_read, person_id=scope.me.id, seen=seen, now=scope.now, rest=rest))
        g.news_shown = rest
    found = [(line, _says(line), address) for line in lines if (address := _find_address(line)) is not None]
    card = look_back_card() if page == 1 else None
    return render("notices/news.html", lines=found, page=page, more=more, look_back=card)


@blueprint.route("/account/news", methods=["GET", "POST"])
@needs(PERSON)
def choose() -> Any:
    """How the reader wants to hear of news."""
    scope = this_scope()
    kinds = [*OWN.values(), *list_kinds(scope, this_app().registry.notice_kinds)]
    if not scope.relations.administers:
        kinds.remove(COHORT)
    form = _form_for(kinds)
    if form.validate_on_submit():
        rhythms = {kind.code: form[_name(kind)].data for kind in kinds}
        try:
            choosing.choose(
                scope, kinds, choosing.Choice(rhythms, form.paused_until.data, form.look_back.data)
            )
            flash(_("Saved."), "success")
            return see("notices.choose")
        except Refused as refused:
            show_refusal(form, refused)
    if request.method == "GET":
        chosen = choosing.get_choice(scope, kinds)
        for kind in kinds:
            form[_name(kind)].data = chosen.rhythms[kind.code]
        form.paused_until.data, form.look_back.data = chosen.paused_until, chosen.look_back
    page = render("notices/choose.html", form=form, rhythms=[form[_name(kind)] for kind in kinds])
    return page, 200 if request.method == "GET" else 422


@blueprint.get("/news/stop/<token>")
@needs(PUBLIC)
def stop(token: str) -> str:
    """No more mail about news: a question with a button. Opening it does nothing, for mail programs open links."""
    _stopper(token)
    return render("notices/stop.html", stopped=False)


@blueprint.post("/news/stop/<token>")
@needs(PUBLIC)
@proves_itself
def stop_now(token: str) -> str:
    """No more mail about news, for whom the address was made; the answer is the same whether that account is there."""
    choosing.stop_mail(this_scope().session, _stopper(token))
    return render("notices/stop.html", stopped=True)


def show_news() -> bool:
    """Whether the top of the page says that there is something new."""
    return bool(g.get("signed_in") and g.signed_in.unread and not g.get("news_shown"))


def read_news_here(entry_id: uuid.UUID) -> None:
    """The page of this entry is shown: its news is none any more."""
    scope, until = this_scope(), g.signed_in.news_here
    if until is not None:
        values = {"person_id": scope.me.id, "entry_id": entry_id, "until": until, "now": scope.now}
        scope.after.append(partial(mark_read_about, **values))


def look_back_card() -> Card | None:
    """What the reader wrote in this week of earlier years, if they want to be shown that."""
    if not g.signed_in.look_back:
        return None
    lines = []
    for one in list_earlier(this_scope()):
        ago = ngettext("a year ago", "%(num)s years ago", one.years)
        address = url_for("entries.read", portfolio=one.portfolio_id, section=one.plugin, entry=one.id)
        lines.append(CardLine(one.title or _("Without a title"), address, f"{ago}, {show_day(one.happened_on)}"))
    question = _("How do you read it now?")
    return Card(_("In this week, in earlier years"), question, tuple(lines), order=5) if lines else None


def _says(line: NewsLine) -> str:
    text = str((OWN.get(line.kind) or this_app().registry.notice_kinds[line.kind]).says)
    if line.entry_id is None:
        return text
    return text % {"who": line.who or _("Somebody"), "title": line.title or _("Without a title")}


def _find_address(line: NewsLine) -> str | None:
    """Where a line leads; None, and noted, when a plugin named a view that can't be."""
    try:
        return _address(line)
    except BuildError as error:
        registry = this_app().registry
        registry.note_failure(this_scope(), registry.notice_kinds[line.kind].plugin, "notices", error)
        return None


def _address(line: NewsLine) -> str:
    if line.entry_id is not None:
        anchor = "comments" if line.kind in ("comment", "reply") else None
        values: dict[str, Any] = {"portfolio": line.portfolio_id, "section": line.plugin, "entry": line.entry_id}
        return url_for("entries.read", **values, _anchor=anchor)
    if line.kind == COACH.code:
        return url_for("people.coaching")
    if line.kind == CIRCLE.code:
        return url_for("people.circles")
    if line.kind == COHORT.code:
        return url_for("people.school_cohorts", school=line.school_id)
    return url_for(this_app().registry.notice_kinds[line.kind].endpoint, portfolio=line.portfolio_id)


def _name(kind: NoticeKind) -> str:
    return f"mail_{kind.code.replace('.', '-')}"


def _form_for(kinds: list[NoticeKind]) -> Any:
    from portfolio.people.forms import PlainForm

    fields: dict[str, Any] = {
        _name(kind): SelectField(kind.label, [_known], choices=select_choices(RHYTHMS.items()), validate_choice=False)
        for kind in kinds
    }
    fields["paused_until"] = DayInput(_l("No mail before this day"), description=_l("Leave it empty for no pause."))
    fields["look_back"] = BooleanField(
        _l("Show me what I wrote in this week of earlier years"),
        description=_l("On your overview and with your news, for you alone. Never in a mail."),
    )
    return type("ChoiceForm", (PlainForm,), fields)()


def _known(form: Any, field: Any) -> None:
    if field.data not in RHYTHMS:
        raise ValidationError(_("Choose one of these."))


def _stopper(token: str) -> uuid.UUID:
    found = find_stopper(this_app().settings, token)
    if found is None:
        raise NotVisible(token)
    return found
