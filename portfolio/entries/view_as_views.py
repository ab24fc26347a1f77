"""The page on which somebody chooses as whom to look at a page of theirs; what is then shown is made in preview.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask import request

from portfolio.access import ADMINISTRATOR, PERSON, needs
from portfolio.entries.blueprint import blueprint
from portfolio.entries.onlookers import A_STRANGER, CIRCLE, COACH, LEADER, Onlooker, list_members, list_onlookers
from portfolio.entries.presenting import in_a_row
from portfolio.i18n import gettext as _
from portfolio.i18n import show_list
from portfolio.preview import Page, find_page
from portfolio.scope import Scope
from portfolio.web import render, this_scope


@dataclass(frozen=True)
class Choice:
    """Somebody as whom the page can be seen."""

    name: str
    reason: str
    url: str


@blueprint.get("/view-as")
@needs(PERSON)
def view_as() -> str:
    """As whom a page of mine can be seen; or, of a page that isn't mine alone, who gets it."""
    scope = this_scope()
    page = find_page(request.args.get("page", "/"))
    portfolio = _portfolio_of(scope, page)
    together = portfolio is not None and portfolio != scope.relations.portfolio
    members = dict(list_members(scope, portfolio)) if portfolio is not None and together else {}
    choices = _choices(list_onlookers(scope), page, members) if "portfolio" in page.values else []
    return render(
        "entries/view_as.html",
        page=page,
        choices=choices,
        together=together,
        members=list(members.values()),
        school=page.need == ADMINISTRATOR,
        in_a_row=in_a_row,
    )


def _portfolio_of(scope: Scope, page: Page) -> Any:
    """In which portfolio a page is, or that of the circle it is about."""
    circle = page.values.get("circle")
    return page.values.get("portfolio") or next((own for id_, own in scope.relations.circles if id_ == circle), None)


def _choices(found: Iterable[Onlooker], page: Page, members: Collection[Any]) -> list[Choice]:
    """One line a person, by their first relation, with all of them in words; last, a stranger."""
    by_person: dict[Any, list[Onlooker]] = {}
    for one in found:
        if one.person_id not in members:
            by_person.setdefault(one.person_id, []).append(one)
    choices = [
        Choice(several[0].name, show_list([_reason(one) for one in several]), page.seen_as(several[0].code))
        for several in by_person.values()
    ]
    reason = _("who has an account here, and nothing with you")
    return [*choices, Choice(_("A stranger"), reason, page.seen_as(A_STRANGER.code))]


def _reason(one: Onlooker) -> str:
    if one.via == COACH:
        return _("your coach")
    if one.via == LEADER:
        return _("your leader")
    if one.via == CIRCLE:
        return _("in the circle %(name)s", name=one.circle_name)
    return _("with whom you share by name")
