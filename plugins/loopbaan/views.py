"""The pages of a working life: the picture of its years, moves, the 2×2, and everything."""

from __future__ import annotations

import uuid
from typing import Any

from portfolio_plugins.loopbaan import drawing, service
from portfolio_plugins.loopbaan.catalogue import NAME
from portfolio_plugins.loopbaan.kinds import (
    PLACE_NOTES,
    PLACES,
    Orientation,
)
from portfolio_plugins.loopbaan.presenting import page_words
from portfolio_plugins.loopbaan.routes import blueprint
from portfolio_plugins.loopbaan.together import list_received

from portfolio.access import OWN_PORTFOLIO, needs
from portfolio.clock import SchoolYear
from portfolio.entries.page_views import render_everything
from portfolio.entries.presenting import in_a_row
from portfolio.entries.readers import list_readers
from portfolio.i18n import gettext as _
from portfolio.web import render, this_scope

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
        **page_words(portfolio),
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
        **page_words(portfolio),
    )


@blueprint.get("/places")
@needs(OWN_PORTFOLIO)
def places(portfolio: uuid.UUID) -> str:
    """Moments and roles in the 2×2 of teacher leadership: what it was, never who somebody is."""
    placed = service.list_placed(this_scope())
    fields = [
        (code, label, PLACE_NOTES[code], [one for one in placed if one.content["place"] == code])
        for code, label in PLACES
    ]
    return render("loopbaan/places.html", fields=fields, placed=placed, **page_words(portfolio))


@blueprint.get("/everything")
@needs(OWN_PORTFOLIO)
def everything(portfolio: uuid.UUID) -> str:
    """All that was written here, newest first."""
    return render_everything(NAME, _("Which role do you have that nobody ever gave you?"))


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
