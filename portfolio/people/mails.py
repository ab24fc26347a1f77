"""The mails about an account, in the person's own language. They say what to do and where, never what was written."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portfolio.i18n import LazyText
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.service import queue_mail
from portfolio.people.models import Person
from portfolio.scope import Viewer


def mail_invitation(
    session: Session, person: Person, address: str, link: str, by: Viewer, school: str,
    send_at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """The link with which somebody begins, or says yes or no with the account they have: the same words for both."""
    body = _l(
        "Hello %(name)s,\n\n%(by)s (%(school)s) invites you to the portfolio: a place of your own to write about your"
        " goals, what you do and what you think of it. Only you see what you write, until you share it.\n\n"
        "Answer here, within fourteen days:\n%(link)s\n\nDo you have an account with this address already? It stays"
        " yours, and you decide there whether you want to belong to this school as well.\n\nThe link works once. Did"
        " you not expect this? Then do nothing.",
        name=person.name,
        by=by.name,
        school=school,
        link=link,
    )
    _queue(session, person, _l("An invitation to your own portfolio"), body, to=address, about=by, send_at=send_at)


def mail_reset(session: Session, person: Person, link: str) -> None:
    """The link for a new password."""
    body = _l(
        "Hello %(name)s,\n\nSomebody, you we hope, asked for a new password for your portfolio. Choose one here,"
        " within two hours:\n%(link)s\n\nThe link works once. Was it not you? Then do nothing: your password stays.",
        name=person.name,
        link=link,
    )
    _queue(session, person, _l("Choose a new password"), body)


def mail_password_changed(session: Session, person: Person) -> None:
    """A notice after the password changed."""
    if person.email is None:
        return
    body = _l(
        "Hello %(name)s,\n\nThe password of your portfolio was changed. Was it not you? Then ask for a new password on"
        " the sign-in page at once, and tell your school's administrator.",
        name=person.name,
    )
    _queue(session, person, _l("Your password was changed"), body)


def mail_confirm_address(session: Session, person: Person, address: str, link: str) -> None:
    """To the new address: is it really yours?"""
    body = _l(
        "Hello,\n\nSomebody with an account in the portfolio gave this as their new e-mail address. Was it you? Confirm"
        " it here, within a day:\n%(link)s\n\nWas it not you? Then do nothing.",
        link=link,
    )
    _queue(session, person, _l("Confirm your e-mail address"), body, to=address)


def mail_address_taken(session: Session, person: Person, address: str, link: str) -> None:
    """To an address that belongs to another account: the asker gets the same answer, its owner this mail."""
    body = _l(
        "Hello,\n\nSomebody tried to use this e-mail address for another account in the portfolio. You already have an"
        " account with it, and nothing has changed. Was it you? Sign in with this address:\n%(link)s",
        link=link,
    )
    _queue(session, person, _l("This e-mail address is already in use"), body, to=address)


def mail_address_asked(session: Session, person: Person) -> None:
    """To the address as it is now: another was given."""
    body = _l(
        "Hello %(name)s,\n\nAnother e-mail address was given for your portfolio. It counts once it has been confirmed"
        " there. Was it not you? Then change your password now.",
        name=person.name,
    )
    _queue(session, person, _l("Your e-mail address is about to change"), body)


def mail_address_changed(session: Session, person: Person, old: str) -> None:
    """To the old address, after the change."""
    body = _l(
        "Hello %(name)s,\n\nThe e-mail address of your portfolio was changed; mail no longer comes here. Was it not"
        " you? Tell your school's administrator at once.",
        name=person.name,
    )
    _queue(session, person, _l("Your e-mail address was changed"), body, to=old)


def _queue(
    session: Session,
    person: Person,
    subject: LazyText,
    body: LazyText,
    *,
    to: str | None = None,
    about: Viewer | None = None,
    send_at: dt.datetime | None = None,
) -> None:
    queue_mail(
        session,
        to=to or person.email or "",
        subject=subject,
        body=body,
        person_id=person.id,
        about_id=about.id if about else None,
        language=person.language,
        send_at=send_at,
    )
