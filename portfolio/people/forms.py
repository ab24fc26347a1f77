"""Forms of the account. Every text is cleaned as it comes in; what can't be right gets a message at its field."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField
from wtforms.validators import InputRequired, StopValidation

from portfolio.entries.forms import EntryForm
from portfolio.entries.inputs import AtMost, LineInput, Needed, select_choices
from portfolio.i18n import LANGUAGES
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.inviting import NAME_LENGTH
from portfolio.people.passwords import LONGEST, find_password_problem


class FactInput(LineInput):
    """A fact on one line, such as a name or an address: not somebody's own words, so not set in the book face."""


class Filled(Needed):
    """Something has to be filled in, with a message of its own."""

    def __init__(self, missing: Any) -> None:
        self.missing = missing

    def __call__(self, form: Any, field: Any) -> None:
        """Raises StopValidation."""
        if not field.data:
            raise StopValidation(str(self.missing))


def _line(label: object, limit: int, missing: object = None) -> FactInput:
    return FactInput(label, [*([Filled(missing)] if missing is not None else []), AtMost(limit)])


def _password(label: object, missing: object) -> PasswordField:
    return PasswordField(label, [InputRequired(missing), AtMost(LONGEST)])


def _language() -> SelectField:
    return SelectField(_l("Language"), choices=select_choices(LANGUAGES.items()), validate_choice=False)


class PlainForm(FlaskForm):
    """A form that reads text only: a file or JSON where a text belongs is nothing."""

    class Meta(EntryForm.Meta):
        """As the forms of entries."""


class SignInForm(PlainForm):
    """E-mail (or sign-in name) and password."""

    email = _line(_l("E-mail address or sign-in name"), 254, _l("Fill in your e-mail address."))
    password = _password(_l("Password"), _l("Fill in your password."))
    next = HiddenField()


class ForgotForm(PlainForm):
    """To whom a link for a new password goes."""

    email = _line(_l("E-mail address"), 254, _l("Fill in your e-mail address."))


class NewPasswordForm(PlainForm):
    """A new password, twice."""

    password = _password(_l("New password"), _l("Choose a password."))
    password_again = _password(_l("The same password again"), _l("Type the password again."))

    def validate(self, extra_validators: object = None) -> bool:
        """Both must be the same."""
        right = bool(super().validate(extra_validators))
        if right and self.password.data != self.password_again.data:
            self.password_again.errors = [_l("This is another password than the one above.")]
            return False
        return right


class InvitationForm(NewPasswordForm):
    """How somebody begins."""

    language = _language()


class SetupForm(NewPasswordForm):
    """The first school and its administrator."""

    school = _line(_l("Name of the school"), 120, _l("Fill in the name of the school."))
    board = _line(_l("Name of the school board, if you like"), 120)
    name = _line(_l("Your name"), NAME_LENGTH, _l("Fill in a name."))
    email = _line(_l("Your e-mail address"), 254, _l("Fill in your e-mail address."))


class RecoverForm(NewPasswordForm):
    """A new password for who has no e-mail, with a code on paper."""

    sign_in_name = _line(_l("Sign-in name"), 60, _l("Fill in your sign-in name."))
    code = _line(_l("Recovery code, or the code you got from school"), 60, _l("Fill in the code."))


class NameForm(PlainForm):
    """Name and language."""

    name = _line(_l("Your name"), NAME_LENGTH, _l("Fill in a name."))
    language = _language()


class ChangePasswordForm(NewPasswordForm):
    """The password there is, and the new one."""

    current_password = _password(_l("Your password now"), _l("Fill in your password."))


class AddressForm(PlainForm):
    """Another e-mail address."""

    email = _line(_l("Your new e-mail address"), 254, _l("Fill in your e-mail address."))
    current_password = _password(_l("Your password"), _l("Fill in your password."))


class PasswordForm(PlainForm):
    """The password again, before something that can't be undone."""

    current_password = _password(_l("Your password"), _l("Fill in your password."))


class CloseForm(PasswordForm):
    """Closing the account: the password, and a word that nobody types by accident."""

    word = _line(_l("The word"), 40, _l("Type the word."))
    comments_too = BooleanField(_l("Take away what I wrote about others' entries too"))


def page_status() -> int:
    """200 for a page that was asked for; 422 for a form that came back."""
    return 200 if request.method == "GET" else 422


def password_is_fine(form: Any, *own_words: str | None) -> bool:
    """The form was sent and is right, its new password included; `own_words` as in find_password_problem."""
    if not form.validate_on_submit():
        return False
    problem = find_password_problem(form.password.data, *own_words)
    if problem is not None:
        form.password.errors = [problem]
    return problem is None
