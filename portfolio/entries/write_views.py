"""Writing pages: a new entry, an edit with its conflict page, and a change of state."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, request
from werkzeug.wrappers import Response

from portfolio.access import OWN_PORTFOLIO, WRITE, needs
from portfolio.contributions import Starter
from portfolio.entries import linking, writing
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.forms import EntryForm, show_refusal
from portfolio.entries.kinds import Kind
from portfolio.entries.page_views import render_entry
from portfolio.entries.presenting import entry_url, get_kind, head_difference, own_steps, starter_of, steps_to, who_sees
from portfolio.entries.reading import OpenEntry, find_entry, with_readers
from portfolio.errors import Conflict, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people.agreements import list_arranged_about
from portfolio.web import render, see, sent_once, this_app, this_scope


@blueprint.route("/p/<uuid:portfolio>/<section>/new/<kind>", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def new(portfolio: uuid.UUID, section: str, kind: str) -> Any:
    """Write a new entry: empty, with a method's steps (`?with=`), or with the words of one of the kind (`?from=&as=`).

    `from` is that entry's id, `as` the type of the link that leads to it.
    """
    scope, registry = this_scope(), this_app().registry
    if registry.owner_of.get(kind) != section:
        raise NotVisible(kind)
    cls = registry.kinds[kind]
    starters = registry.starters_for(scope, kind)
    starter = _chosen_starter(starters)
    before = _find_before(cls)
    chosen = _chosen_links(cls)
    form = cls.form_class(starter)(data=_blank(cls, starter, before, chosen))
    if before is not None and request.method == "GET" and request.args.get("as") in chosen:
        chosen[request.args["as"]] = [before.id]
    if request.method == "POST" and form.validate():
        try:
            draft = cls.from_form(form)
            entry_id = writing.create_entry(scope, section, cls, draft, links=chosen, form_id=sent_once())
        except Refused as error:
            show_refusal(form, error)
        else:
            flash(_("Kept. Only you see this, until you share it."), "success")
            return see("entries.read", portfolio=portfolio, section=section, entry=entry_id)
    return _form_page(cls, form, section, starter=starter, starters=starters, chosen=chosen, before=before)


@blueprint.route(ENTRY + "/edit", methods=["GET", "POST"])
@needs(WRITE)
def edit(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """Edit an entry. Who saves on top of an edit made meanwhile is told, and keeps both texts."""
    opened: OpenEntry = g.entry
    cls = get_kind(opened)
    if opened.deleted_at is not None:
        raise NotVisible(str(entry))
    content = cls.upgrade(dict(opened.content), opened.kind_version)
    starter = starter_of(content)
    data = cls.form_data(opened.title, opened.happened_on, opened.from_on, opened.until_on, content)
    form = cls.form_class(starter)(data={**data, "seen": opened.number})
    links = linking.list_links(this_scope(), opened) if request.method == "GET" else []
    chosen = _chosen_links(cls) if request.method == "POST" else _present_links(cls, links)
    if request.method == "POST" and form.validate():
        try:
            return _save(opened, cls, form, content, chosen)
        except Conflict as conflict:
            return _conflict_page(cls, form, conflict.current, chosen, starter)
        except Refused as error:
            show_refusal(form, error)
    return _form_page(cls, form, section, opened, starter=starter, chosen=chosen)


@blueprint.post(ENTRY + "/state")
@needs(WRITE)
def state(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """Change an entry's state, with a reason."""
    opened: OpenEntry = g.entry
    typed = {"state": request.form.get("state", ""), "reason": request.form.get("reason", "")}
    try:
        writing.change_state(this_scope(), entry, get_kind(opened), typed["state"], typed["reason"])
    except Refused as error:
        return render_entry(opened, errors=error.errors, typed=typed), 422
    return see("entries.read", portfolio=portfolio, section=section, entry=entry)


def _save(
    opened: OpenEntry, cls: type[Kind], form: EntryForm, before: dict[str, Any], chosen: dict[str, list[uuid.UUID]]
) -> Response:
    scope = this_scope()
    changed = writing.edit_entry(scope, opened.id, cls, cls.from_form(form, before), links=chosen)
    flash(_("Kept. Your earlier text is still there.") if changed else _("Kept."), "success")
    return see("entries.read", portfolio=opened.portfolio_id, section=opened.plugin, entry=opened.id)


def _conflict_page(
    cls: type[Kind], form: EntryForm, current: OpenEntry, chosen: dict[str, list[uuid.UUID]], starter: Starter | None
) -> Any:
    """Both texts: what was typed stays in the form, what stands there now beside it, and where they differ."""
    content = cls.upgrade(dict(current.content), current.kind_version)
    typed = cls.from_form(form, content)
    form.seen.data = current.number
    form.seen.raw_data = [str(current.number)]
    difference = head_difference(cls, current, typed) + cls.difference(content, typed.content, starter)
    return _form_page(
        cls, form, current.plugin, current, starter=starter, chosen=chosen, conflict=difference, status=409
    )


def _form_page(
    cls: type[Kind],
    form: EntryForm,
    section: str,
    entry: OpenEntry | None = None,
    *,
    starter: Starter | None = None,
    starters: list[Starter] | None = None,
    before: OpenEntry | None = None,
    chosen: dict[str, list[uuid.UUID]] | None = None,
    conflict: Any = None,
    status: int = 0,
) -> Any:
    scope = this_scope()
    entry = with_readers(scope, entry) if entry else None
    but = entry.id if entry else None
    candidates = _candidates(cls, but, chosen or {})
    steps = steps_to(scope, entry) if entry else own_steps(scope, section)
    back = entry_url(entry) if entry else steps[-1][1]
    page = render(
        f"{section}/form.html",
        "entries/form.html",
        kind=cls,
        form=form,
        section=section,
        entry=entry,
        who=who_sees(scope, entry) if entry else None,
        starter=starter,
        starters=starters or [],
        before=before,
        candidates=candidates,
        chosen=chosen or {},
        conflict=conflict,
        arranged=list_arranged_about(scope, section) if section not in scope.gate.always else [],
        entry_url=entry_url,
        portfolio_id=entry.portfolio_id if entry else scope.relations.portfolio,
        steps=[*steps, (entry.title, back)] if entry else steps,
        back=back,
    )
    return page, status or (422 if form.errors or form.link_errors else 200)


def _candidates(
    cls: type[Kind], but: uuid.UUID | None, chosen: dict[str, list[uuid.UUID]]
) -> dict[str, list[linking.Candidate]]:
    """What each link type can lead to; types that lead to the same kind share one query."""
    by_kind: dict[str, list[linking.Candidate]] = {}
    for link in cls.links:
        if link.to_kind not in by_kind:
            alike = [other.type for other in cls.links if other.to_kind == link.to_kind]
            picked = [one for type_ in alike for one in chosen.get(type_, [])]
            by_kind[link.to_kind] = linking.list_candidates(this_scope(), link, but, picked)
    return {link.type: by_kind[link.to_kind] for link in cls.links}


def _chosen_starter(starters: list[Starter]) -> Starter | None:
    code = request.form.get("method") or request.args.get("with", "")
    return next((starter for starter in starters if starter.code == code), None)


def _find_before(cls: type[Kind]) -> OpenEntry | None:
    """The viewer's entry of this kind that `?from=` names, if it does."""
    asked = request.args.get("from", "")
    if not _is_id(asked):
        return None
    found = find_entry(this_scope(), uuid.UUID(asked), WRITE, readers=False)
    return found if found is not None and found.kind == cls.name and found.deleted_at is None else None


def _first_title(cls: type[Kind], chosen: dict[str, list[uuid.UUID]]) -> str:
    """What is asked for, or words of an own entry that this one begins from: an address with them would be logged."""
    type_, field = cls.title_from
    for one in chosen.get(type_, ())[:1] if request.method == "GET" else ():
        found = find_entry(this_scope(), one, WRITE, readers=False)
        if found is not None and found.deleted_at is None:
            return str(found.content.get(field, "")).strip()[:200]
    return request.args.get("title", "")[:200]


def _blank(
    cls: type[Kind], starter: Starter | None, before: OpenEntry | None, chosen: dict[str, list[uuid.UUID]]
) -> dict[str, Any]:
    content = cls.empty()
    if before is not None:
        content = cls.upgrade(dict(before.content), before.kind_version)
        content |= {name: value for name, value in cls.empty().items() if name in cls.begins_empty}
    if starter is not None and "method" in content:
        content["method"] = starter.code
    return cls.form_data(_first_title(cls, chosen), this_scope().today, None, None, content)


def _chosen_links(cls: type[Kind]) -> dict[str, list[uuid.UUID]]:
    """The links a form names, or a `?continues=<id>` of a link to this form. What is no id is no link."""
    found: dict[str, list[uuid.UUID]] = {}
    for link in cls.links:
        raw = request.form.getlist(f"links-{link.type}") or request.args.getlist(link.type)
        found[link.type] = [uuid.UUID(one) for one in dict.fromkeys(raw) if _is_id(one)]
    return found


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _present_links(cls: type[Kind], links: list[linking.Linked]) -> dict[str, list[uuid.UUID]]:
    return {
        link.type: [linked.id for linked in links if linked.outgoing and linked.type == link.type] for link in cls.links
    }
