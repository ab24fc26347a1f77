"""The pages of a working life: the picture of its years, moves, ambition, weeks, and the 2×2."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.loopbaan import drawing, service, weeks
from portfolio_plugins.loopbaan.catalogue import NAME
from portfolio_plugins.loopbaan.halves import SpokenAmbition, TimeDivision
from portfolio_plugins.loopbaan.kinds import (
    PLACE_NOTES,
    PLACES,
    CareerMove,
    LeadershipMoment,
    Orientation,
    RoleHeld,
)
from portfolio_plugins.loopbaan.routes import blueprint
from portfolio_plugins.loopbaan.together import list_received

from portfolio.access import OWN_PORTFOLIO, WRITE, needs
from portfolio.clock import SchoolYear
from portfolio.entries.entry_texts import EntryText
from portfolio.entries.forms import show_refusal
from portfolio.entries.kinds import Kind
from portfolio.entries.page_views import render_everything
from portfolio.entries.presenting import entry_url, facts_of, find_kind, in_a_row, who_sees
from portfolio.entries.readers import list_readers
from portfolio.entries.reading import get_entry
from portfolio.errors import Conflict, Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, sent_once, this_scope

SIGNS = {"orientation": "look", "spoken_ambition": "speak", "leadership_moment": "moment", "words_received": "words"}


@blueprint.get("/")
@needs(OWN_PORTFOLIO)
def index(portfolio: uuid.UUID) -> str:
    """The picture of the years, and the roles of now and of before."""
    scope = this_scope()
    path = service.read_path(scope)
    happenings = _happenings(path)
    years = drawing.years_of(path.roles, happenings, scope.today)
    signs = drawing.choose_signs(happenings)
    return render(
        "loopbaan/index.html",
        path=path,
        wide=drawing.draw_wide(path.roles, signs, years, scope.today),
        tall=drawing.draw_tall(path.roles, signs, years, scope.today),
        rows=_table(path, happenings, years),
        now=[role for role in reversed(path.roles) if service.runs(role, scope.today)],
        before=[role for role in reversed(path.roles) if not service.runs(role, scope.today)],
        begins=service.begins,
        received=list_received(scope),
        readers=list_readers(scope, path.roles),
        in_a_row=in_a_row,
        **_words(portfolio),
    )


@blueprint.get("/moves")
@needs(OWN_PORTFOLIO)
def moves(portfolio: uuid.UUID) -> str:
    """The moves, staying included, and the six pictures they go by."""
    path = service.read_path(this_scope())
    return render(
        "loopbaan/moves.html",
        moves=path.moves[::-1],
        looked=[one for one in reversed(path.others) if one.kind == Orientation.name],
        **_words(portfolio),
    )


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


@blueprint.get("/places")
@needs(OWN_PORTFOLIO)
def places(portfolio: uuid.UUID) -> str:
    """Moments and roles in the 2×2 of teacher leadership: what it was, never who somebody is."""
    placed = service.list_placed(this_scope())
    fields = [
        (code, label, PLACE_NOTES[code], [one for one in placed if one.content["place"] == code])
        for code, label in PLACES
    ]
    return render("loopbaan/places.html", fields=fields, placed=placed, **_words(portfolio))


@blueprint.get("/everything")
@needs(OWN_PORTFOLIO)
def everything(portfolio: uuid.UUID) -> str:
    """All that was written here, newest first."""
    return render_everything(NAME, _("Which role do you have that nobody ever gave you?"))


def _words(portfolio: uuid.UUID) -> dict[str, Any]:
    """What every page here uses."""
    return {
        "portfolio_id": portfolio,
        "entry_url": entry_url,
        "find_kind": find_kind,
        "said": say_choice,
        "kinds": {kind.name: kind for kind in (RoleHeld, CareerMove, Orientation, SpokenAmbition, LeadershipMoment)},
    }


def say_choice(text: EntryText, name: str) -> str:
    """A choice in words, up to the colon that explains it."""
    kind = find_kind(text.kind)
    labels = getattr(kind, name).labels if kind else {}
    return str(labels.get(text.content[name], "")).partition(":")[0]


def _happenings(path: service.Path) -> list[drawing.Happening]:
    """Moves and key entries, oldest first: what was written here, and what its writer linked to it."""
    found = [drawing.Happening(move.happened_on, move.content["image"] or "turn", move) for move in path.moves]
    found += [drawing.Happening(one.happened_on, SIGNS[one.kind], one) for one in path.others]
    there = {one.text.id for one in found} | {role.id for role in path.roles}
    for link in path.links:
        if link.type in ("shown_by", "goes_with") and link.id not in there:
            there.add(link.id)
            found.append(drawing.Happening(link.happened_on, "entry", link))
    return sorted(found, key=lambda one: (one.day, one.text.id))


def _table(path: service.Path, happenings: list[drawing.Happening], years: list[Any]) -> list[tuple[Any, list[Any]]]:
    """The picture in words, per school year: roles that begin or end in it, moves and entries, in order."""
    inside: list[Any] = [(service.begins(role), 0, role, None) for role in path.roles]
    inside += [(role.until_on, 2, role, None) for role in path.roles if role.until_on]
    inside += [(one.day, 1, one.text, one) for one in happenings]
    by_year: dict[int, list[Any]] = {}
    for row in sorted(inside, key=lambda row: (row[0], row[1])):
        by_year.setdefault(SchoolYear.of(row[0]).start_year, []).append(row)
    return [(year, by_year.get(year.start_year, [])) for year in years]


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
        **_words(portfolio),
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
        **_words(portfolio),
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
