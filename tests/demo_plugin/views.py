"""Feathers: a page and a form, and pages that behave badly on purpose."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, request, url_for
from portfolio_plugins.demo_plugin import service

from portfolio.access import MEMBER, OWN_PORTFOLIO, READ, needs
from portfolio.entries.reading import list_there
from portfolio.web import render, see, this_scope

blueprint = Blueprint("demo_plugin", __name__)


@blueprint.get("/feathers")
@needs(OWN_PORTFOLIO)
def feathers(portfolio: uuid.UUID) -> str:
    """What was kept. With ?keep=, it writes, which a GET must not: that is an error."""
    if "keep" in request.args:
        service.keep(this_scope(), request.args["keep"])
    return render("demo_plugin/feathers.html", notes=service.list_notes(this_scope()))


@blueprint.post("/feathers")
@needs(OWN_PORTFOLIO)
def keep(portfolio: uuid.UUID) -> Any:
    """Keep one; then fail with ?status=, as a view does that finds out late."""
    service.keep(this_scope(), request.form.get("note", ""))
    if "status" in request.args:
        abort(int(request.args["status"]))
    if "crash" in request.args:
        raise RuntimeError("a view that breaks after it wrote")
    return see("demo_plugin.feathers", portfolio=portfolio)


@blueprint.get("/pond")
@needs(MEMBER)
def pond(portfolio: uuid.UUID) -> str:
    """A page in a circle's or joint portfolio: the herons seen there, and how many one may keep."""
    lines, _more = list_there(this_scope(), portfolio)
    return render("demo_plugin/feathers.html", notes=[*(line.title for line in lines), service.how_many(this_scope())])


@blueprint.post("/pond")
@needs(MEMBER)
def look(portfolio: uuid.UUID) -> Any:
    """Write a heron there."""
    service.see_heron(this_scope(), portfolio, request.form["title"])
    return see("demo_plugin.pond", portfolio=portfolio)


@blueprint.post("/<uuid:entry>/fly")
@needs(READ)
def fly(portfolio: uuid.UUID, entry: uuid.UUID) -> Any:
    """Writes though it only asks to read; where the plugin is off it must not get so far."""
    service.keep(this_scope(), "flown")
    return see("demo_plugin.feathers", portfolio=portfolio)


@blueprint.route("/nest", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@needs(OWN_PORTFOLIO)
def nest(portfolio: uuid.UUID) -> str:
    """Answers every method."""
    return f"{request.method} {url_for('demo_plugin.nest', portfolio=portfolio)}"
