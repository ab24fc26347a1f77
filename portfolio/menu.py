"""The menu: the overview, the sections and plugins of the viewer's own portfolio, then what their hats bring."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from werkzeug.routing import BuildError

from portfolio.contributions import NavItem
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope
from portfolio.web import this_app, this_scope


@dataclass(frozen=True)
class MenuLine:
    """A line of the menu as the layout needs it."""

    label: Any
    url: str
    mark: str
    hue: str
    current: bool


def list_lines() -> list[MenuLine]:
    """What the viewer can go to from any page; made once for a page."""
    scope = this_scope()
    if scope.viewer is None:
        return []
    if "menu" not in g:
        lines = [(_l("Overview"), "/", "overview", ""), *_of_plugins(scope), *_of_relations(scope)]
        here = _path_in_own(scope)
        g.menu = [MenuLine(label, url, mark, hue, _is_current(url, here)) for label, url, mark, hue in lines]
    found: list[MenuLine] = g.menu
    return found


def list_circle_items(portfolio_id: uuid.UUID) -> list[MenuLine]:
    """What plugins have in a circle, by its portfolio."""
    found = this_app().registry.ask("circle_items", this_scope(), at=portfolio_id, portfolio_id=portfolio_id)
    return _lines_there("circle_items", portfolio_id, found)


def list_joint_items(portfolio_id: uuid.UUID) -> list[MenuLine]:
    """What plugins have in a joint portfolio."""
    found = this_app().registry.ask("joint_items", this_scope(), at=portfolio_id, portfolio_id=portfolio_id)
    return _lines_there("joint_items", portfolio_id, found)


def _lines_there(hook: str, portfolio_id: uuid.UUID, found: Iterator[tuple[str, Any]]) -> list[MenuLine]:
    answers = [(item, plugin) for plugin, items in found for item in items]
    lines = _addressed(this_scope(), hook, portfolio_id, answers)
    return [MenuLine(label, url, mark, hue, _is_current(url, request.path)) for label, url, mark, hue in lines]


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _path_in_own(scope: Scope) -> str:
    """The path of this page; in a circle's or joint portfolio, of its like in one's own: a plugin is at both."""
    if scope.place is None:
        return request.path
    return request.path.replace(f"/p/{scope.place}/", f"/p/{scope.relations.portfolio}/", 1)


def _of_plugins(scope: Scope) -> Iterator[tuple[Any, str, str, str]]:
    """What sections and plugins bring, in their order; one whose address can't be is left out and noted."""
    registry, portfolio = this_app().registry, scope.relations.portfolio
    if portfolio is None:
        return
    answers = [(item, plugin) for plugin, items in registry.ask("nav_items", scope) for item in items]
    yield from _addressed(scope, "nav_items", portfolio, answers)


def _addressed(
    scope: Scope, hook: str, portfolio: uuid.UUID, answers: list[tuple[NavItem, str]]
) -> Iterator[tuple[Any, str, str, str]]:
    registry = this_app().registry
    for item, plugin in sorted(answers, key=lambda found: found[0].order):
        values: dict[str, Any] = {"portfolio": portfolio}
        if item.endpoint.startswith("entries."):
            values["section"] = plugin
        try:
            yield item.label, url_for(item.endpoint, **values), item.mark or plugin, plugin
        except BuildError as error:
            registry.note_failure(scope, plugin, f"{hook} ({item.endpoint})", error)


def _of_relations(scope: Scope) -> Iterator[tuple[Any, str, str, str]]:
    relations = scope.relations
    if relations.switched_on:
        yield _l("What your school arranged"), url_for("people.my_cohorts"), "school", ""
    if scope.gate.list_kept():
        yield _l("What stays yours"), url_for("entries.kept"), "lock", ""
    yield _l("Shared with me"), url_for("entries.shared"), "shared", ""
    if relations.coachings:
        yield _l("My desk as a coach"), url_for("people.desk"), "desk", ""
    yield _l("Circles"), url_for("people.circles"), "circle", ""
    if relations.teaches_at or relations.coached_by:
        yield _l("My coaches"), url_for("people.coaching"), "coach", ""
    if relations.led or relations.leaders or relations.joint:
        yield _l("Together"), url_for("people.together"), "together", ""
    if relations.led:
        yield _l("As a leader"), url_for("people.leader"), "leader", ""
    if relations.boards:
        yield _l("For the board"), url_for("people.board"), "board", ""
    for school in sorted(relations.administers):
        yield _l("School administration"), url_for("people.school", school=school), "school", ""
