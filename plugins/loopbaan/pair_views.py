"""Pages of what has two halves, an ambition and a week: one that may be shared, and one that stays its writer's."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.loopbaan import service, weeks
from portfolio_plugins.loopbaan.halves import TimeDivision
from portfolio_plugins.loopbaan.presenting import page_words
from portfolio_plugins.loopbaan.routes import blueprint

from portfolio.access import OWN_PORTFOLIO, WRITE, needs
from portfolio.entries.entry_texts import EntryText
from portfolio.entries.forms import show_refusal
from portfolio.entries.kinds import Kind
from portfolio.entries.presenting import facts_of, who_sees
from portfolio.entries.reading import get_entry
from portfolio.errors import Conflict, Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, sent_once, this_scope


@blueprint.get("/ambition")
@needs(OWN_PORTFOLIO)
def ambition(portfolio: uuid.UUID) -> str:
    """The ambition of now, what is said and what isn't, each with who sees it; and those of before."""
    return _pairs_page("ambition", portfolio)


@blueprint.get("/time")
@needs(OWN_PORTFOLIO)
def time(portfolio: uuid.UUID) -> str:
    """The weeks over the years as a picture, and what they gave and took."""
    return _pairs_page("time", portfolio)


@blueprint.route("/ambition/write", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def write_ambition(portfolio: uuid.UUID) -> Any:
    """Write a new ambition: what is said and what isn't, each an entry of its own."""
    return _pair_form("ambition", portfolio, service.Pair(None, None))


@blueprint.route("/ambition/write/<uuid:one>", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def rewrite_ambition(portfolio: uuid.UUID, one: uuid.UUID) -> Any:
    """Go on with both parts of an ambition."""
    return _pair_form("ambition", portfolio, service.find_pair(this_scope(), "ambition", one))


@blueprint.route("/time/write", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def write_time(portfolio: uuid.UUID) -> Any:
    """Write how the week is divided, and what it gives and takes."""
    return _pair_form("time", portfolio, service.Pair(None, None))


@blueprint.route("/time/write/<uuid:one>", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def rewrite_time(portfolio: uuid.UUID, one: uuid.UUID) -> Any:
    """Go on with a week and its energy."""
    return _pair_form("time", portfolio, service.find_pair(this_scope(), "time", one))


def _pairs_page(name: str, portfolio: uuid.UUID) -> str:
    scope = this_scope()
    pairs = service.list_pairs(scope, name)
    current = pairs[0] if pairs else None
    outer = get_entry(scope, current.outer.id, WRITE) if current and current.outer else None
    written = [pair.outer for pair in pairs if pair.outer] if name == "time" else []
    return render(
        f"loopbaan/{name}.html",
        pairs=pairs,
        current=current,
        who=who_sees(scope, outer) if outer else None,
        outer=outer,
        years=weeks.draw_weeks(written, scope.today),
        begins=service.begins,
        facts_of=facts_of,
        **page_words(portfolio),
    )


def _pair_form(name: str, portfolio: uuid.UUID, pair: service.Pair) -> Any:
    """Two forms on one page, each an entry with its own readers. A new half in which nothing is written isn't kept."""
    scope = this_scope()
    outer_kind, inner_kind, _link = service.PAIRS[name]
    outer, inner = _half(outer_kind, pair.outer, ""), _half(inner_kind, pair.inner, "own-")
    conflict = False
    if request.method == "POST":
        wants_inner = pair.inner is not None or bool(inner.text.data)
        wants_outer = pair.outer is not None or not wants_inner or _says_something(outer)
        _name_quietly(inner, str(inner_kind.label))
        inner.happened_on.data = pair.inner.happened_on if pair.inner else outer.happened_on.data or scope.today
        if outer_kind is TimeDivision:
            _name_week(outer, pair.outer)
        halves = [form for form, wanted in ((outer, wants_outer), (inner, wants_inner)) if wanted]
        valid = [form.validate() for form in halves]  # each says what is wrong with it
        if all(valid):
            drafts = (
                outer_kind.from_form(outer, _content(pair.outer)) if wants_outer else None,
                inner_kind.from_form(inner, _content(pair.inner)) if wants_inner else None,
            )
            try:
                service.keep_pair(scope, name, pair, *drafts, sent_once())
            except Conflict:
                conflict = True
                _see_again(scope, name, pair, outer, inner)
            except Refused as error:
                show_refusal(outer, error)
            else:
                flash(_("Kept. Each part has its own answer to who sees it."), "success")
                return see(f"loopbaan.{name}", portfolio=portfolio)
    who = who_sees(scope, get_entry(scope, pair.outer.id, WRITE)) if pair.outer else None
    page = render(
        f"loopbaan/write_{name}.html",
        outer=outer,
        inner=inner,
        pair=pair,
        who=who,
        conflict=conflict,
        **page_words(portfolio),
    )
    return page, 409 if conflict else 422 if outer.errors or inner.errors else 200


def _half(kind: type[Kind], text: EntryText | None, prefix: str) -> Any:
    """The form of one half; the token against forgery comes with the page's form, and is asked of every write."""
    if text is None:
        data = kind.form_data("", this_scope().today, None, None, kind.empty())
    else:
        data = kind.form_data(text.title, text.happened_on, text.from_on, text.until_on, text.content)
        data["seen"] = text.number
    return kind.form_class()(data=data, prefix=prefix, meta={"csrf": False})


def _content(text: EntryText | None) -> dict[str, Any] | None:
    return text.content if text else None


def _says_something(form: Any) -> bool:
    return bool(form.title.data) or any(form[name].data for name in form.content_names)


def _name_quietly(form: Any, title: str) -> None:
    """Nobody needs to think of a name for what only stands in their own lists."""
    if not form.title.data:
        form.title.data, form.title.raw_data = title, [title]


def _name_week(form: Any, before: EntryText | None) -> None:
    """A week is known by what is in it; one that was given another name elsewhere keeps that."""
    named = before is not None and before.title != weeks.say_week(before.content["parts"])
    title = before.title if named and before else weeks.say_week(form.parts.data) or str(TimeDivision.label)
    form.title.data, form.title.raw_data = title, [title]


def _see_again(scope: Any, name: str, pair: service.Pair, outer: Any, inner: Any) -> None:
    """After an edit in another window: what was typed stays, and saving once more puts it on top."""
    known = pair.outer or pair.inner
    found = service.find_pair(scope, name, known.id) if known else pair
    for form, text in ((outer, found.outer), (inner, found.inner)):
        if text is not None:
            form.seen.data = text.number
