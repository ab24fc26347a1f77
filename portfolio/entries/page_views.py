"""Reading pages: the overview, lists of entries, one entry, what others share, and who read what."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, redirect, request, url_for

from portfolio.access import KEEP, OWN_ENTRIES, PERSON, PUBLIC, READ, needs
from portfolio.entries import commenting, linking, overview
from portfolio.entries.beside import list_beside
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.kinds import Kind
from portfolio.entries.presenting import (
    entry_url,
    facts_of,
    find_kind,
    in_a_row,
    kept_message,
    list_onward,
    list_sleeping,
    section_title,
    state_label,
    steps_to,
    who_sees,
)
from portfolio.entries.readers import list_readers
from portfolio.entries.readers_log import list_readings
from portfolio.entries.reading import OpenEntry, list_own, list_shared_with_me, with_readers
from portfolio.entries.sharing import list_targets
from portfolio.notices.news_views import read_news_here
from portfolio.web import render, this_app, this_scope


@blueprint.get("/")
@needs(PUBLIC)
def home() -> Any:
    """The overview of the signed-in person; a visitor is asked to sign in."""
    scope = this_scope()
    if scope.viewer is None:
        return redirect(url_for("people.sign_in"))
    if scope.relations.portfolio is None or overview.only_governs(scope):
        return redirect(url_for("people.leader"))
    return render("entries/overview.html", **overview.gather(scope))


@blueprint.get("/p/<uuid:portfolio>/<section>/")
@needs(OWN_ENTRIES)
def index(portfolio: uuid.UUID, section: str) -> str:
    """A section's or plugin's entries, newest first; also where it is off, to who wrote them: without its own page."""
    scope, registry = this_scope(), this_app().registry
    kinds = registry.kinds_of(section)
    page = page_number()
    lines, more = list_own(scope, section, page=page)
    kept = kept_message(section) if not scope.gate.is_on(section) else ""
    own_page = [f"{section}/index.html"] if not kept else []
    return render(
        *own_page,
        "entries/index.html",
        section=section,
        title=section_title(section),
        kept=kept,
        kinds=kinds,
        starters={kind.name: registry.starters_for(scope, kind.name) for kind in kinds} if not kept else {},
        lines=lines,
        page=page,
        more=more,
        readers=list_readers(scope, lines),
        in_a_row=in_a_row,
        entry_url=entry_url,
        find_kind=find_kind,
        state_label=state_label,
        portfolio_id=portfolio,
    )


def render_everything(plugin: str, question: Any) -> str:
    """The page of all that the viewer wrote with a plugin, newest first; while that is nothing, it asks a question.

    For a view `everything` of a plugin whose first page is `index`.
    """
    scope, page = this_scope(), page_number()
    portfolio = scope.relations.portfolio
    lines, more = list_own(scope, plugin, page=page)

    def page_at(number: int) -> str:
        return url_for(f"{plugin}.everything", portfolio=portfolio, page=number)

    return render(
        "entries/everything.html",
        title=section_title(plugin),
        home=url_for(f"{plugin}.index", portfolio=portfolio),
        question=question,
        lines=lines,
        earlier=page_at(page + 1) if more else None,
        later=page_at(page - 1) if page > 1 else None,
        readers=list_readers(scope, lines),
        in_a_row=in_a_row,
        entry_url=entry_url,
        find_kind=find_kind,
    )


@blueprint.get("/kept")
@needs(PERSON)
def kept() -> str:
    """What I wrote with plugins that are off: where it is, and what I can do with it."""
    plugins = this_scope().gate.list_kept()
    found = [(section_title(plugin), plugin, kept_message(plugin)) for plugin in plugins]
    return render("entries/kept.html", kept=found, portfolio_id=this_scope().relations.portfolio)


@blueprint.get(ENTRY + "/")
@needs(READ)
def read(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> str:
    """One entry: its text, who sees it, what it is linked to, what readers said."""
    read_news_here(entry)
    return render_entry(g.entry)


def render_entry(opened: OpenEntry, **more: Any) -> str:
    """The page of an entry; `more` has what came back with a message (a form)."""
    scope = this_scope()
    opened = with_readers(scope, opened)
    kind = find_kind(opened.kind)
    files, turns, copies = list_beside(scope, opened)
    context: dict[str, Any] = {
        "entry": opened,
        "kind": kind,
        "section": opened.plugin,
        "steps": steps_to(scope, opened),
        "kept": kept_message(opened.plugin) if opened.mine and not opened.plugin_on else "",
        "sleeping": list_sleeping(opened),
        "onward": list_onward(scope, opened),
        "in_a_row": in_a_row,
        "facts": facts_of(opened),
        "who": who_sees(scope, opened, copies),
        "copies": copies,
        "links": linking.list_links(scope, opened),
        "comments": commenting.list_comments(scope, opened),
        "comment_kinds": commenting.KINDS,
        "files": files,
        "upload_bytes": this_app().settings.upload_bytes,
        "targets": list_targets(scope) if _can_be_shared(opened, kind) else [],
        "turns": turns,
        "entry_url": entry_url,
        "find_kind": find_kind,
        "state_label": state_label,
        "errors": {},
        "typed": {},
        "look": None,
    }
    own_page = [] if context["kept"] else [f"{opened.plugin}/{opened.kind}.html"]
    return render(*own_page, "entries/entry.html", **(context | more))


def _can_be_shared(entry: OpenEntry, kind: type[Kind] | None) -> bool:
    return entry.goes_on and entry.in_own_portfolio and kind is not None and kind.shareable


@blueprint.get(ENTRY + "/descent")
@needs(READ)
def descent(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> str:
    """The line of descent of a goal: what it came from and what came from it."""
    scope = this_scope()
    line = linking.list_descent(scope, g.entry)
    by_id = {one.linked.id: one.linked for one in line}
    return render(
        "entries/descent.html",
        entry=g.entry,
        kind=find_kind(g.entry.kind),
        line=line,
        by_id=by_id,
        who=who_sees(scope, g.entry),
        entry_url=entry_url,
        state_label=state_label,
        section=section,
    )


@blueprint.get(ENTRY + "/readings")
@needs(KEEP)
def readings(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> str:
    """Who read this entry, on which day."""
    scope = this_scope()
    page = page_number()
    rows, more = list_readings(scope, entry_id=entry, page=page)
    return render("entries/readings.html", rows=rows, entry=g.entry, page=page, more=more, entry_url=entry_url)


@blueprint.get("/readings")
@needs(PERSON)
def all_readings() -> str:
    """The access log of everything I wrote: a plain list."""
    page = page_number()
    rows, more = list_readings(this_scope(), page=page)
    return render("entries/readings.html", rows=rows, entry=None, page=page, more=more, entry_url=entry_url)


@blueprint.get("/shared")
@needs(PERSON)
def shared() -> str:
    """What others share with me today."""
    page = page_number()
    lines, more = list_shared_with_me(this_scope(), page=page)
    return render(
        "entries/shared.html",
        lines=lines,
        page=page,
        more=more,
        entry_url=entry_url,
        find_kind=find_kind,
        state_label=state_label,
    )


def page_number() -> int:
    """The page of a list that is asked for; the first for whatever isn't a page."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), 10_000) if asked.isdecimal() and len(asked) < 6 else 1
