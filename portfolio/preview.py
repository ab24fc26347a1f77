"""A page of one's own as somebody else gets it: the same view and the same access, asked under that person's scope.

The address says as whom (`?seen-as=coach:<id>`), by a relation that runs today. It only reads, and what a reading
leaves behind is dropped. Masthead, menu, language and theme stay the viewer's own. Nothing that the other wrote is
fetched (`Scope.may_show`). Where the other takes part themself, nothing is shown: their page has what is theirs alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response, g, make_response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portfolio import access
from portfolio.entries.onlookers import Onlooker, get_onlooker, list_members
from portfolio.errors import NotVisible
from portfolio.i18n import gettext as _
from portfolio.menu import list_lines
from portfolio.scope import Scope, Viewer, open_scope
from portfolio.web import render, this_app

if TYPE_CHECKING:
    from portfolio.app import App

PARAMETER = "seen-as"
CHOICE = "entries.view_as"
"""Where one chooses as whom."""
READS = ["GET", "HEAD"]


@dataclass(frozen=True)
class Preview:
    """A page that is shown to its owner as somebody else gets it."""

    onlooker: Onlooker
    mine: Scope
    """Of who really looks."""
    portfolio_id: uuid.UUID
    back: str
    """The same page as oneself."""

    @property
    def name(self) -> str:
        """As whom."""
        return self.onlooker.name or _("a stranger")

    @property
    def choice(self) -> str:
        """Where to choose somebody else."""
        return this_app().url_for(CHOICE, page=self.back)


@dataclass(frozen=True)
class Page:
    """A page of the viewer's, by its address."""

    path: str
    """With what it asks."""
    need: str
    values: dict[str, Any]

    def seen_as(self, code: str) -> str:
        """Its address as somebody else gets it."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({PARAMETER: code})}"


def is_asked(scope: Scope) -> bool:
    """This request is for a page as somebody else gets it."""
    return scope.viewer is not None and PARAMETER in request.args


def begin(app: App, scope: Scope) -> Scope:
    """The scope under which the page is made: of the other person, in the transaction of this request. Two queries.

    Raises NotVisible for what is no page of the viewer's own, no relation of theirs today, or somebody who takes part
    there; MethodNotAllowed for whatever isn't reading.
    """
    if request.method not in READS:
        raise MethodNotAllowed(valid_methods=READS)
    portfolio_id = (request.view_args or {}).get("portfolio")
    if portfolio_id is None or not access.takes_part(scope, portfolio_id):
        raise NotVisible(request.path)
    onlooker = get_onlooker(scope, request.args[PARAMETER])
    elsewhere = portfolio_id != scope.relations.portfolio
    if elsewhere and any(id_ == onlooker.person_id for id_, _name in list_members(scope, portfolio_id)):
        raise NotVisible(request.path)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    back = request.path + ("?" + urlencode(asked) if asked else "")
    found = Preview(onlooker, scope, portfolio_id, back)
    list_lines()  # the viewer's own, kept for this page
    viewer = Viewer(onlooker.person_id, found.name, scope.me.language)
    theirs = open_scope(scope.session, viewer, app.registry.gate_of, scope.now)
    theirs.shown_to = scope.me.id
    g.preview, g.scope = found, theirs
    return theirs


def find_preview() -> Preview | None:
    """As whom this page is shown, if as somebody else than its reader."""
    found: Preview | None = g.get("preview") if g else None
    return found


def who_looks() -> Scope | None:
    """The scope of who sent this request, whosever page is shown."""
    found = find_preview()
    scope: Scope | None = found.mine if found else g.get("scope")
    return scope


def keep_inside(values: dict[str, Any]) -> None:
    """Let an address in this portfolio lead on to what the same person gets."""
    found = find_preview()
    if found is not None and str(values.get("portfolio", "")) == str(found.portfolio_id):
        values[PARAMETER] = found.onlooker.code


def finish(response: Response) -> Response:
    """What isn't a page can't be marked, so a page says that the other gets it: a file, or another page."""
    found = find_preview()
    if found is None or (response.mimetype == "text/html" and not 300 <= response.status_code < 400):
        return response
    response.close()
    return make_response(render("entries/view_as_other.html", location=response.location))


def find_page(path: str) -> Page:
    """The page of the viewer's that `path` leads to. Raises NotVisible for any other, whether or not it exists."""
    scope, app = g.scope, this_app()
    adapter = app.create_url_adapter(request)
    assert adapter is not None
    bare, _question, asked = path.partition("?")
    try:
        endpoint, values = adapter.match(bare, method="GET")
    except HTTPException:  # also for what is only nearly an address
        raise NotVisible(path) from None
    need = _need_of(endpoint)
    if not bare.startswith("/") or bare.startswith("//") or not _is_theirs(scope, endpoint, need, values):
        raise NotVisible(path)
    return Page(bare + ("?" + asked if asked else ""), need, dict(values))


def view_as_url() -> str | None:
    """Where the reader of this page chooses to see it as somebody else; once a page, and only for a page of theirs."""
    scope, rule = g.get("scope"), request.url_rule if request else None
    if scope is None or scope.viewer is None or rule is None or "GET" not in (rule.methods or ()):
        return None
    if "preview" in g or "view_as_told" in g:
        return None
    if not _is_theirs(scope, rule.endpoint, _need_of(rule.endpoint), request.view_args or {}):
        return None
    g.view_as_told = True
    return this_app().url_for(CHOICE, page=request.full_path.rstrip("?"))


def _need_of(endpoint: str) -> str:
    return str(getattr(this_app().view_functions[endpoint], "needs"))  # noqa: B009 - an attribute no type knows


def _is_theirs(scope: Scope, endpoint: str, need: str, values: Mapping[str, Any]) -> bool:
    """A page that the viewer has something to decide about: not what everybody gets, and not somebody else's."""
    if endpoint == CHOICE:
        return False
    if "portfolio" in values:
        return access.takes_part(scope, values["portfolio"])
    if need == access.CIRCLE:
        return values["circle"] in scope.relations.circle_ids
    if need == access.ADMINISTRATOR:
        return values["school"] in scope.relations.administers
    return need != access.PUBLIC or endpoint == "entries.home"


