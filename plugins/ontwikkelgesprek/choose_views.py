"""Choosing what to hand over: nothing is chosen beforehand, and of each text the teacher says which fields."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, request, url_for
from portfolio_plugins.ontwikkelgesprek import items, showing
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
from portfolio.entries.snapshots import HEAD, NOTE_LENGTH
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import language
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope
from portfolio.web import see, this_app, this_scope

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
    return showing.page(
        "choose",
        found,
        offered=list_candidates(scope, registry) if not asked and page == 1 else [],
        lines=lines,
        more=more,
        page=page,
        asked=asked,
        chosen={one.entry_id for one in handed},
    )


@blueprint.route(f"{TALK}/choose/<uuid:entry>", methods=["GET", "POST"])
@needs(MEMBER)
def choose_one(portfolio: uuid.UUID, talk: uuid.UUID, entry: uuid.UUID) -> Any:
    """Of one own text: which fields, and a note with it. None of the boxes is ticked beforehand."""
    scope = this_scope()
    found = _may_choose(scope, talk)
    if request.method == "GET":
        return _page(found, _own(scope, entry), [], "")
    fields = [name for value in request.form.getlist("fields") for name in value.split()]
    return _hand_over(found, entry, fields, request.form.get("note", ""))


def _hand_over(talk: Talk, entry_id: uuid.UUID, fields: list[str], note: str) -> Any:
    """Choose it, once the teacher has looked at what the text guard saw in just these parts, and in its files."""
    scope, text = this_scope(), _own(this_scope(), entry_id)
    kind = _kind_of(text)
    look, errors = None, {}

    def look_at(files: Sequence[Words]) -> None:
        words = [*_words(kind, text, fields, note), *files]
        look_first(words, language(), request.form.get(FIELD, ""))

    try:
        items.choose(scope, talk, entry_id, kind, fields, note, look_at)
    except LookAgain as again:
        look = again.on(_here(talk, entry_id), {"fields": " ".join(fields), "note": note})
    except Refused as refused:
        errors = refused.errors
    else:
        flash(_("Chosen. %(name)s reads it once both of you have released.", name=talk.other), "success")
        return see("ontwikkelgesprek.talk", portfolio=talk.portfolio_id, talk=talk.id, _anchor="handed")
    return _page(talk, text, fields, note, errors=errors, look=look), 422


def _page(
    talk: Talk, text: OpenEntry, fields: list[str], note: str, errors: Mapping[str, Any] | None = None,
    look: Look | None = None,
) -> str:  # fmt: skip
    return showing.page(
        "choose_one",
        talk,
        action=_here(talk, text.id),
        entry=text,
        kind=_kind_of(text),
        facts=facts_of(text),
        head=[(name, LABELS[name], getattr(text, name)) for name in HEAD if getattr(text, name)],
        fields=fields,
        note=note,
        errors=errors or {},
        look=look,
    )


def _here(talk: Talk, entry_id: uuid.UUID) -> str:
    return url_for("ontwikkelgesprek.choose_one", portfolio=talk.portfolio_id, talk=talk.id, entry=entry_id)


def _words(kind: type[Kind], text: OpenEntry, fields: list[str], note: str) -> list[Words]:
    """What the teacher is about to hand over, and the note with it, as the text guard reads it."""
    content = kind.upgrade(dict(text.content), text.kind_version)
    chosen = {name: value for name, value in content.items() if name in fields}
    title = [Words(kind.title_label, text.title)] if "title" in fields else []
    return [*title, *words_in(kind, chosen, starter_of(content)), Words(_("A note with it"), note[:NOTE_LENGTH])]


@blueprint.post(f"{TALK}/handed/<uuid:item>/anew")
@needs(MEMBER)
def take_anew(portfolio: uuid.UUID, talk: uuid.UUID, item: uuid.UUID) -> Any:
    """Take the same fields as the text says them now."""
    scope = this_scope()
    found = _may_choose(scope, talk)
    one = items.get_item(scope, found, item)
    if one.entry_id is None:
        raise NotVisible(str(item))
    head = [name for name in HEAD if getattr(one, name)]
    return _hand_over(found, one.entry_id, [*head, *one.content], one.note)


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
    # Locked before something is added: or both parts open meanwhile, and this one stays behind.
    talk = get_talk(scope, talk_id, lock=request.method == "POST")
    if not talk.can_choose:
        raise NotAllowed("choose")
    return talk


def _own(scope: Scope, entry_id: uuid.UUID) -> OpenEntry:
    text = get_entry(scope, entry_id, WRITE, readers=False)
    if not text.in_own_portfolio or text.deleted_at is not None:
        raise NotVisible(str(entry_id))
    return text


def _kind_of(text: OpenEntry) -> type[Kind]:
    kind = find_kind(text.kind)
    if kind is None or not kind.shareable:
        raise NotVisible(str(text.id))
    return kind
