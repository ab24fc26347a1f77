"""Sign in, sign out, and the language of the pages."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_login import login_user
from sqlalchemy import func, select

from portfolio import i18n
from portfolio.access import PERSON, PUBLIC, needs
from portfolio.clock import now
from portfolio.i18n import gettext as _
from portfolio.people import sessions
from portfolio.people.forms import SignInForm
from portfolio.people.limits import (
    SIGN_IN_PER_ACCOUNT,
    SIGN_IN_PER_ADDRESS,
    SIGN_IN_PER_ADDRESS_AND_ACCOUNT,
    count_attempt,
    forget_attempts,
)
from portfolio.people.models import Person
from portfolio.people.passwords import password_matches
from portfolio.people.views import blueprint
from portfolio.scope import Viewer
from portfolio.web import render, see_next, this_app, this_scope


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs(PUBLIC)
def sign_in() -> Any:
    """Ask for e-mail and password; the limit counts before the costly hash, the hash before the transaction."""
    form = SignInForm()
    if this_scope().viewer is not None and request.method == "GET":
        return redirect("/")
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return render("people/sign_in.html", form=form), 200 if request.method == "GET" else 422
    app = this_app()
    who = form.email.data.strip().lower()
    address = request.remote_addr or ""
    both = (SIGN_IN_PER_ADDRESS_AND_ACCOUNT, f"{address} {who}")
    count_attempt(app.database, now(), both, (SIGN_IN_PER_ACCOUNT, who), (SIGN_IN_PER_ADDRESS, address))
    with app.database.read() as reading:
        person = reading.scalars(
            select(Person).where((Person.email == who) | (func.lower(Person.sign_in_name) == who))
        ).first()
        found = (person.id, person.password_hash, person.name, person.language) if person else None
    if not password_matches(found[1] if found else "", form.password.data) or found is None:
        form.password.errors = [_("This e-mail address and password do not belong together.")]
        return render("people/sign_in.html", form=form), 422
    forget_attempts(app.database, both)
    person_id, _hash, name, language = found
    token = sessions.start_sign_in(
        this_scope().session, person_id, browser=browser_name(), now=now(), settings=app.settings
    )
    row = this_scope().session.get_one(Person, person_id)
    row.used_at = row.used_at or now()
    session.clear()
    viewer = Viewer(person_id, name, language)
    login_user(sessions.SignedIn(token, viewer, "base", app.is_demo, now(), False))
    return see_next("/")


@blueprint.post("/sign-out")
@needs(PERSON)
def sign_out() -> Any:
    """End this browser's sign-in."""
    sessions.end_sign_in(this_scope().session, g.signed_in.token)
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("people.sign_in"), code=303)


@blueprint.post("/language")
@needs(PUBLIC)
def language() -> Any:
    """Choose Dutch or English: kept with the account, and in a cookie for who is signed out."""
    chosen = request.form.get("language", "")
    response = see_next("/")
    if chosen in i18n.LANGUAGES:
        scope = this_scope()
        if scope.viewer is not None:
            scope.session.get_one(Person, scope.viewer.id).language = chosen
        https = this_app().settings.https
        response.set_cookie("language", chosen, max_age=31536000, httponly=True, samesite="Lax", secure=https)
    return response


def browser_name() -> str:
    """A few words by which somebody recognises their own browser."""
    agent = request.user_agent.string
    browser = next((name for name in ("Firefox", "Edg", "OPR", "Chrome", "Safari") if name in agent), "")
    system = next((name for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if name in agent), "")
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}
    return ", ".join(names.get(name, name) for name in (browser, system) if name) or _("Another browser")
