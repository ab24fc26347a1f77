"""Choosing what to hand over: nothing is chosen beforehand, and of each text the teacher says which fields."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.ontwikkelgesprek import items
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint

from portfolio.access import MEMBER, WRITE, needs
from portfolio.entries.candidates import list_candidates
from portfolio.entries.guarding import FIELD, Look, LookAgain, Words, look_first, words_in
from portfolio.entries.inputs import clean_line
from portfolio.entries.kinds import Kind
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import facts_of, find_kind, starter_of
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.entries.snapshots import HEAD
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import language
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope
from portfolio.web import render, see, this_app, this_scope

LABELS = {
    "title": _l("The title"), "happened_on": _l("The day"), "from_on": _l("From"),
    "until_on": _l("Up to and including"),
}  # fmt: skip


@blueprint.get(f"{TALK}/choose")
@needs(MEMBER)
def choose(portfolio: uuid.UUID, talk: uuid.UUID) -> str:
    """What I could hand over: what other parts of my portfolio offer for it, and all I wrote that can be shared."""
    scope, registry, page = this_scope(), this_app().registry, page_number()
    found = _may_choose(scope, talk)
    asked = clean_line(request.args.get("q", ""))[:100]
    owner = registry.owner_of
    kinds = [name for name, kind in registry.kinds.items() if kind.shareable and scope.gate.is_on(owner[name])]
    lines, more = items.find_own(scope, kinds, asked, page=page)
    handed = items.list_handed(scope, found)
    return render(
        "ontwikkelgesprek/choose.html",
        talk=found,
        here={"portfolio": portfolio, "talk": talk},
        offered=list_candidates(scope, registry) if not asked and page == 1 else [],
        lines=lines,
        more=more,
        page=page,
        asked=asked,
        chosen={one.entry_id for one in handed},
        find_kind=find_kind,
    )


@blueprint.route(f"{TALK}/choose/<uuid:entry>", methods=["GET", "POST"])
@needs(MEMBER)
def choose_one(portfolio: uuid.UUID, talk: uuid.UUID, entry: uuid.UUID) -> Any:
    """Of one own text: which fields, and a note with it. None of the boxes is ticked beforehand."""
    scope = this_scope()
    found = _may_choose(scope, talk)
    text = _own(scope, entry)
    kind = find_kind(text.kind)
    if kind is None or not kind.shareable:
        raise NotVisible(str(entry))
    errors: dict[str, Any] = {}
    look: Look | None = None
    fields, note = request.form.getlist("fields"), request.form.get("note", "")
    if request.method == "POST":
        try:
            look_first(_words(text, kind, fields, note), language(), request.form.get(FIELD, ""))
            items.choose(scope, found, entry, kind, fields, note)
        except LookAgain as again:
            errors, look = again.errors, again.on(request.path, {"fields": fields, "note": note})
        except Refused as refused:
            errors = refused.errors
        else:
            flash(_("Chosen. %(name)s reads it once both of you have released.", name=found.other), "success")
            return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk, _anchor="handed")
    page = render(
        "ontwikkelgesprek/choose_one.html",
        talk=found,
        here={"portfolio": portfolio, "talk": talk},
        entry=text,
        kind=kind,
        facts=facts_of(text),
        head=[(name, LABELS[name], getattr(text, name)) for name in HEAD if getattr(text, name)],
        fields=fields,
        note=note,
        errors=errors,
        look=look,
    )
    return page, 422 if errors else 200


def _words(text: OpenEntry, kind: type[Kind], fields: list[str], note: str) -> list[Words]:
    """What would be handed over, for the text guard: the chosen fields, and the note with them."""
    content = kind.upgrade(dict(text.content), text.kind_version)
    chosen = {name: value for name, value in content.items() if name in fields}
    title = [Words(kind.title_label, text.title)] if "title" in fields else []
    return [*title, *words_in(kind, chosen, starter_of(content)), Words(_("A note with it"), note)]


@blueprint.post(f"{TALK}/handed/<uuid:item>/anew")
@needs(MEMBER)
def take_anew(portfolio: uuid.UUID, talk: uuid.UUID, item: uuid.UUID) -> Any:
    """Take the same fields as the text says them now."""
    scope = this_scope()
    found = _may_choose(scope, talk)
    one = items.get_item(scope, found, item)
    kind = find_kind(one.kind)
    if kind is None:
        raise NotVisible(str(item))
    try:
        items.take_anew(scope, found, one, kind)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(_("Taken anew, as you have it now."), "success")
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk, _anchor="handed")


@blueprint.post(f"{TALK}/handed/<uuid:item>/withdraw")
@needs(MEMBER)
def withdraw(portfolio: uuid.UUID, talk: uuid.UUID, item: uuid.UUID) -> Any:
    """Take something back: it is gone for the leader at once."""
    scope = this_scope()
    try:
        items.take_back(scope, get_talk(scope, talk), item)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(_("Taken back. It isn't here any more, for nobody."), "success")
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk, _anchor="handed")


def _may_choose(scope: Scope, talk_id: uuid.UUID) -> Talk:
    talk = get_talk(scope, talk_id)
    if talk.i_lead or talk.opened or not talk.goes_on:
        raise NotAllowed("choose")
    return talk


def _own(scope: Scope, entry_id: uuid.UUID) -> OpenEntry:
    text = get_entry(scope, entry_id, WRITE, readers=False)
    if not text.in_own_portfolio or text.deleted_at is not None:
        raise NotVisible(str(entry_id))
    return text
