"""Pages of one's own account, and what the portfolio promises about what it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from flask import flash, g, request

from portfolio.access import PERSON, PUBLIC, needs
from portfolio.clock import now
from portfolio.entries.forms import show_refusal
from portfolio.errors import Refused
from portfolio.i18n import LazyText
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.news_views import show_news
from portfolio.people import accounts, closing, limits, recovery, sessions
from portfolio.people.blueprint import blueprint
from portfolio.people.forms import (
    AddressForm,
    ChangePasswordForm,
    CloseForm,
    NameForm,
    PasswordForm,
    page_status,
    password_is_fine,
)
from portfolio.people.models import Person
from portfolio.people.passwords import hash_password, password_matches
from portfolio.people.security import list_events, note_event
from portfolio.people.sign_in_views import browser_name, leave, own_page
from portfolio.web import render, see, this_app, this_scope

CLOSING_WORD = _l("erase")


class AccountLine(NamedTuple):
    """A line under the person's name at the top of every page."""

    label: LazyText
    url: str
    new: bool = False
    """There is something there that wasn't read."""


@blueprint.app_template_global()
def account_items() -> list[AccountLine]:
    """What stands under the person's name at the top of every page."""
    return [
        AccountLine(_l("News"), "/news", show_news()),
        AccountLine(_l("My account"), "/account"),
        AccountLine(_l("Who read what of mine"), "/readings"),
        AccountLine(_l("Bin"), "/bin"),
        AccountLine(_l("Take along"), "/account/take-along"),
        AccountLine(_l("What is kept, and who sees it"), "/privacy"),
    ]


@blueprint.app_template_global()
def open_again() -> str:
    """The address of this request if it can be opened as a page, else the overview: for after signing in again."""
    return own_page(request.path)


@blueprint.get("/privacy")
@needs(PUBLIC)
def privacy() -> str:
    """What is kept, who sees what, and what nobody can promise."""
    return render("people/privacy.html", kept=this_app().registry.ask_each("personal_data"))


@blueprint.route("/account", methods=["GET", "POST"])
@needs(PERSON)
def account() -> Any:
    """Everything about one's own account; the form on it changes name and language."""
    scope = this_scope()
    form = NameForm()
    if form.validate_on_submit():
        try:
            accounts.change_name(scope, form.name.data, form.language.data)
            flash(_("Saved."), "success")
            return see("people.account")
        except Refused as refused:
            show_refusal(form, refused)
    me = accounts.get_me(scope)
    if request.method == "GET":
        form.name.data, form.language.data = me.name, me.language
    page = render(
        "people/account.html",
        form=form,
        me=me,
        browsers=sessions.list_browsers(scope, g.signed_in.token, this_app().settings),
        events=list_events(scope),
        codes_left=recovery.count_codes(scope.session, me.id) if me.email is None else 0,
    )
    return page, page_status()


@blueprint.route("/account/password", methods=["GET", "POST"])
@needs(PERSON)
def password() -> Any:
    """A new password, for who knows the one there is; other browsers are signed out."""
    form = ChangePasswordForm()
    me = _read_me()
    if _knows_password(form, me) and password_is_fine(form, me.name, me.email, me.sign_in_name):
        new_hash = hash_password(form.password.data)
        accounts.change_password(this_scope(), new_hash, token=g.signed_in.token, browser=browser_name())
        flash(_("Your password is changed. On other browsers you are signed out."), "success")
        return see("people.account")
    return render("people/password.html", form=form, me=me), page_status()


@blueprint.route("/account/email", methods=["GET", "POST"])
@needs(PERSON)
def email() -> Any:
    """Another e-mail address: a link goes there, and it counts once that is opened."""
    form = AddressForm()
    me = _read_me()
    if _knows_password(form, me):
        limits.count_attempt(this_app().database, now(), (limits.MAILS_PER_ADDRESS, f"new {me.id}"))
        try:
            base_url = this_app().settings.base_url
            address = accounts.ask_new_address(this_scope(), form.email.data, base_url=base_url, browser=browser_name())
            flash(_("A link was sent to %(address)s. Open it to confirm.", address=address), "success")
            return see("people.account")
        except Refused as refused:
            show_refusal(form, refused)
    return render("people/email.html", form=form, me=me), page_status()


@blueprint.route("/account/recovery-codes", methods=["GET", "POST"])
@needs(PERSON)
def recovery_codes() -> Any:
    """Ten new codes, for who has no e-mail; earlier ones stop. They are shown once."""
    form = PasswordForm()
    me = _read_me()
    if me.email is not None:
        return see("people.account")
    if _knows_password(form, me):
        codes = recovery.make_codes(this_scope().session, me.id, now(), browser_name())
        return render("people/codes.html", codes=codes, sign_in_name=me.sign_in_name, target="/account")
    return render("people/recovery_codes.html", form=form), page_status()


@blueprint.post("/account/recovery/stop")
@needs(PERSON)
def stop_recovery() -> Any:
    """Stop the way in that the school started."""
    if recovery.stop_wait(this_scope()):
        flash(_("Stopped. The code from the school opens nothing any more."), "success")
    return see("people.account")


@blueprint.post("/account/browsers/end")
@needs(PERSON)
def end_browser() -> Any:
    """Sign out on one other browser."""
    scope = this_scope()
    if sessions.end_browser(scope, request.form.get("browser", "")):
        note_event(scope.session, scope.me.id, "browser-ended", scope.now, browser_name())
        flash(_("That browser is signed out."), "success")
    return see("people.account")


@blueprint.post("/account/browsers/end-all")
@needs(PERSON)
def sign_out_everywhere() -> Any:
    """Sign out on every browser, this one included."""
    scope = this_scope()
    sessions.end_all_sign_ins(scope.session, scope.me.id)
    note_event(scope.session, scope.me.id, "signed-out-everywhere", scope.now, browser_name())
    return leave(_("You are signed out everywhere."))


@blueprint.route("/account/close", methods=["GET", "POST"])
@needs(PERSON)
def close() -> Any:
    """What goes with the account; then the password and a word; then it is gone."""
    form = CloseForm()
    scope = this_scope()
    me = _read_me()
    if _knows_password(form, me):
        if form.word.data.casefold() in {str(CLOSING_WORD), CLOSING_WORD.message}:
            closing.close_account(
                scope.session, this_app().registry, me.id, scope.now, scope.today, comments_too=form.comments_too.data
            )
            scope.after.clear()
            return leave(_("Your account is closed and what you wrote is erased. Thank you for having been here."))
        form.word.errors = [_("Type the word “%(word)s”.", word=CLOSING_WORD)]
    with this_app().database.read() as reading:
        what = closing.what_goes(replace(scope, session=reading))
    return render("people/close.html", form=form, what=what, word=CLOSING_WORD), page_status()


def _read_me() -> Person:
    """The viewer's row, read apart: a write must not begin before the password has been checked."""
    with this_app().database.read() as reading:
        return accounts.get_me(replace(this_scope(), session=reading))


def _knows_password(form: Any, me: Person) -> bool:
    """The form was sent and is right, and has the viewer's password. Raises TooManyAttempts."""
    if not form.validate_on_submit():
        return False
    mine = (limits.PASSWORD_AGAIN, me.id.hex)
    counted = limits.count_attempt(this_app().database, now(), mine)
    if password_matches(me.password_hash, form.current_password.data):
        limits.forget_attempts(this_app().database, counted, mine)
        return True
    form.current_password.errors = [_("This is not your password.")]
    return False
