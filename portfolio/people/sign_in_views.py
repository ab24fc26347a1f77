"""Sign in, sign out, and the language of the pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, session
from flask_login import login_user

from portfolio import i18n
from portfolio.access import PERSON, PUBLIC, needs
from portfolio.clock import now
from portfolio.i18n import gettext as _
from portfolio.people import limits, recovery, sessions
from portfolio.people.blueprint import blueprint
from portfolio.people.forms import SignInForm, page_status
from portfolio.people.models import Person
from portfolio.people.passwords import password_matches
from portfolio.people.security import note_event
from portfolio.people.signing_in import find_account, find_account_address, note_failure
from portfolio.scope import Viewer
from portfolio.web import language_cookie, render, see, this_app, this_scope


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs(PUBLIC)
def sign_in() -> Any:
    """Ask for e-mail and password; the limit counts before the costly hash, the hash before the transaction."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        if this_scope().viewer is not None:
            return redirect(own_page(form.next.data))
    if not form.validate_on_submit():
        return render("people/sign_in.html", form=form), page_status()
    app = this_app()
    who = find_account_address(form.email.data) or form.email.data.lower()
    address = request.remote_addr or ""
    both = (limits.SIGN_IN_PER_ADDRESS_AND_ACCOUNT, f"{address} {who}")
    counted = limits.count_attempt(
        app.database, now(), both, (limits.SIGN_IN_PER_ACCOUNT, who), (limits.SIGN_IN_PER_ADDRESS, address)
    )
    with app.database.read() as reading:
        found = find_account(reading, who)
    if not password_matches(found.password_hash if found else "", form.password.data) or found is None:
        note_failure(this_scope(), found, browser_name())
        form.password.errors = [_("This e-mail address and password do not belong together.")]
        return render("people/sign_in.html", form=form), 422
    limits.forget_attempts(app.database, counted, both)
    return begin(this_scope().session.get_one(Person, found.id), form.next.data)


def begin(person: Person, target: str = "/") -> Any:
    """Sign a person in on this browser, under a new token, and go to one of our pages.

    Who has no e-mail and no recovery codes yet is shown ten first: once, to print.
    """
    scope, app = this_scope(), this_app()
    browser = browser_name()
    if g.get("signed_in") is not None:
        sessions.end_sign_in(scope.session, g.signed_in.token)
    token = sessions.start_sign_in(
        scope.session, person.id, browser=browser, now=scope.now, settings=app.settings
    )
    person.used_at = person.used_at or scope.now
    note_event(scope.session, person.id, "signed-in", scope.now, browser)
    session.clear()
    viewer = Viewer(person.id, person.name, person.language)
    login_user(sessions.SignedIn(token, viewer, "base", app.is_demo, scope.now, False))
    target = own_page(target)
    if person.email is None and not recovery.count_codes(scope.session, person.id):
        i18n.set_language(person.language)
        codes = recovery.make_codes(scope.session, person.id, scope.now, browser)
        return render("people/codes.html", codes=codes, sign_in_name=person.sign_in_name, target=target)
    return redirect(target, code=303)


@blueprint.post("/sign-out")
@needs(PERSON)
def sign_out() -> Any:
    """End this browser's sign-in."""
    sessions.end_sign_in(this_scope().session, g.signed_in.token)
    return leave(_("You are signed out."))


def leave(message: str) -> Any:
    """Forget this browser's cookie and go to the sign-in page with a message."""
    session.clear()
    flash(message, "success")
    return see("people.sign_in")


@blueprint.post("/language")
@needs(PUBLIC)
def language() -> Any:
    """Choose Dutch or English: kept with the account, and in a cookie for who is signed out."""
    chosen = request.form.get("language", "")
    response = redirect(own_page(request.form.get("next", "")), code=303)
    if chosen in i18n.LANGUAGES:
        scope = this_scope()
        if scope.viewer is not None:
            scope.session.get_one(Person, scope.viewer.id).language = chosen
        https = this_app().settings.https
        response.set_cookie(
            language_cookie(), chosen, max_age=31536000, httponly=True, samesite="Lax", secure=https
        )
    return response


def own_page(target: str | None) -> str:
    """`target` if it is the address of a page of ours that can be opened, else the overview.

    Browsers and URL libraries drop tabs and line ends and read a backslash as a slash, so none of these may be in it.
    """
    target = target or ""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return "/"
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.test(urlsplit(target).path, method="GET"):
        return "/"
    return target


def browser_name() -> str:
    """A few words by which somebody recognises their own browser."""
    agent = request.user_agent.string
    browser = next((name for name in ("Firefox", "Edg", "OPR", "Chrome", "Safari") if name in agent), "")
    system = next((name for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if name in agent), "")
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}
    return ", ".join(names.get(name, name) for name in (browser, system) if name) or _("Another browser")
