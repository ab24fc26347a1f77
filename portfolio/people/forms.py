"""Forms of the account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.i18n import lazy_gettext as _l


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail (or sign-in name) and password."""

    email = StringField(
        _l("E-mail address or sign-in name"), [InputRequired(_l("Fill in your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Fill in your password.")), Length(max=1000)])
    next = HiddenField()
