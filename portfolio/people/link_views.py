"""Pages that work without being signed in: an invitation, a forgotten password, recovery codes, the first set-up."""

from __future__ import annotations

from typing import Any

from flask import flash, request

from portfolio import i18n
from portfolio.access import PERSON, PUBLIC, needs
from portfolio.clock import day_of, now
from portfolio.entries.forms import show_refusal
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.people import accounts, joining, limits, links, recovery, setting_up
from portfolio.people.blueprint import blueprint
from portfolio.people.forms import (
    ForgotForm,
    InvitationForm,
    NewPasswordForm,
    RecoverForm,
    SetupForm,
    page_status,
    password_is_fine,
)
from portfolio.people.models import Person
from portfolio.people.organising import ROLES
from portfolio.people.passwords import hash_password
from portfolio.people.sign_in_views import begin, browser_name
from portfolio.people.signing_in import find_account_address
from portfolio.web import language_cookie, render, see, this_app, this_scope


@blueprint.app_errorhandler(links.LinkGone)
def link_gone(error: links.LinkGone) -> Any:
    """Used, ended or never there: say which, and what to do now."""
    return render("people/link_gone.html", link=error.link), 410


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def invitation(token: str) -> Any:
    """Who invites you and to what; choose a password and begin, or answer with the account you have."""
    form = InvitationForm()
    found = _get_invitation(token)
    if request.method == "GET":
        form.language.data = found.language
        if this_scope().viewer is None and language_cookie() not in request.cookies:
            i18n.set_language(found.language)
    if found.account_id is None and password_is_fine(form, found.name, found.email, found.sign_in_name):
        password_hash = hash_password(form.password.data)
        try:
            person = joining.accept_invitation(this_scope(), token, password_hash, form.language.data, browser_name())
            return begin(person)
        except Refused as refused:
            show_refusal(form, refused)
            found = _get_invitation(token)
    return _invitation_page(token, found, form), page_status()


@blueprint.post("/invitation/<token>/join")
@needs(PERSON)
def join_school(token: str) -> Any:
    """Yes, with the account I have: what the school entered is mine now."""
    try:
        joining.join(this_scope(), token, browser_name())
    except Refused as refused:
        return _invitation_page(token, _get_invitation(token), refused=refused.errors[""]), 422
    flash(_("Done. Your portfolio stays as it was; the school now finds your name among its people."), "success")
    return see("entries.home")


@blueprint.post("/invitation/<token>/decline")
@needs(PUBLIC)
def decline_invitation(token: str) -> Any:
    """No: the link stops, and nobody is told."""
    joining.decline(this_scope(), token)
    return see("people.invitation_declined")


@blueprint.get("/invitation/declined")
@needs(PUBLIC)
def invitation_declined() -> str:
    """What no means."""
    return render("people/invitation_declined.html")


@blueprint.route("/forgot", methods=["GET", "POST"])
@needs(PUBLIC)
def forgot() -> Any:
    """Ask for a link for a new password: the same answer whether there is such an account or not."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render("people/forgot.html", form=form), page_status()
    address = find_account_address(form.email.data) or form.email.data.lower()
    network = request.remote_addr or ""
    limits.count_attempt(
        this_app().database, now(), (limits.MAILS_PER_ADDRESS, address), (limits.MAILS_PER_NETWORK, network)
    )
    accounts.ask_reset(this_scope(), address)
    return see("people.forgot_sent")


@blueprint.get("/forgot/sent")
@needs(PUBLIC)
def forgot_sent() -> str:
    """What happens now, whether there is such an account or not."""
    return render("people/forgot_sent.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def reset(token: str) -> Any:
    """Choose a new password with the link from a mail."""
    form = NewPasswordForm()
    with this_app().database.read() as reading:
        link = links.get_open_link(reading, links.RESET, token, now())
        person = reading.get_one(Person, link.person_id)
    if password_is_fine(form, person.name, person.email, person.sign_in_name):
        accounts.reset_password(this_scope(), token, hash_password(form.password.data), browser_name())
        flash(_("Your new password is set. Sign in with it."), "success")
        return see("people.sign_in")
    return render("people/reset.html", form=form, person=person), page_status()


@blueprint.route("/recover", methods=["GET", "POST"])
@needs(PUBLIC)
def recover() -> Any:
    """A new password with a code on paper, for who has no e-mail."""
    form = RecoverForm()
    if not form.validate_on_submit():
        return render("people/recover.html", form=form), page_status()
    who, code = form.sign_in_name.data.lower(), form.code.data
    both = (limits.RECOVERY_PER_ADDRESS_AND_ACCOUNT, f"{request.remote_addr} {who}")
    limits.count_attempt(this_app().database, now(), both, (limits.RECOVERY_PER_ACCOUNT, who))
    try:
        with this_app().database.read() as reading:
            owner = recovery.get_code_owner(reading, who, code, now())
        if password_is_fine(form, owner.name, owner.sign_in_name):
            password_hash = hash_password(form.password.data)
            recovery.use_code(this_scope().session, owner, code, password_hash, now(), browser_name())
            flash(_("Your new password is set. Sign in with it."), "success")
            return see("people.sign_in")
    except Refused as refused:
        show_refusal(form, refused)
    return render("people/recover.html", form=form), 422


@blueprint.route("/new-address/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def new_address(token: str) -> Any:
    """Confirm a new e-mail address. A button, because mail programs open links by themselves."""
    with this_app().database.read() as reading:
        link = links.get_open_link(reading, links.ADDRESS, token, now())
    refused: Refused | None = None
    if request.method == "POST":
        try:
            address = accounts.confirm_address(this_scope(), token, browser_name())
        except Refused as error:
            refused = error
        else:
            flash(_("From now on your e-mail address is %(address)s.", address=address), "success")
            return see("people.account" if this_scope().viewer else "people.sign_in")
    return render("people/new_address.html", address=link.data["email"], refused=refused), page_status()


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@needs(PUBLIC)
def setup(token: str) -> Any:
    """The first school and its administrator."""
    form = SetupForm()
    with this_app().database.read() as reading:
        links.get_open_link(reading, links.SETUP, token, now())
    if password_is_fine(form, form.name.data, form.email.data):
        try:
            person = setting_up.set_up(
                this_scope(),
                token,
                name=form.name.data,
                email=form.email.data,
                password_hash=hash_password(form.password.data),
                school=form.school.data,
                board=form.board.data,
            )
            return begin(person)
        except Refused as refused:
            show_refusal(form, refused)
    return render("people/setup.html", form=form), page_status()


def _get_invitation(token: str) -> joining.Invitation:
    moment = now()
    with this_app().database.read() as reading:
        link = links.get_open_link(reading, links.INVITATION, token, moment)
        return joining.get_invitation(reading, link, day_of(moment))


def _invitation_page(
    token: str, found: joining.Invitation, form: InvitationForm | None = None, *, refused: Any = None
) -> str:
    viewer = this_scope().viewer
    return render(
        "people/invitation.html",
        form=form or InvitationForm(formdata=None),
        invitation=found,
        token=token,
        roles=ROLES,
        signed_in=viewer is not None,
        mine=viewer is not None and viewer.id == found.account_id,
        refused=refused,
    )
