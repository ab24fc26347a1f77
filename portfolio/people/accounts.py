"""The account as its owner changes it: name, language, password, e-mail address; and a forgotten password."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portfolio.errors import Refused
from portfolio.i18n import LANGUAGES
from portfolio.i18n import gettext as _
from portfolio.jobs.service import JobContext, add_job, job_kind
from portfolio.people import links, mails
from portfolio.people.inviting import clean_name, find_address, flush_or_refuse
from portfolio.people.models import Person, RecoveryCode
from portfolio.people.recovery import end_waits
from portfolio.people.security import note_event
from portfolio.people.sessions import end_all_sign_ins
from portfolio.people.signing_in import find_account_address
from portfolio.scope import Scope

SEND_RESET = "send-reset"


def get_me(scope: Scope) -> Person:
    """The viewer's own row."""
    return scope.session.get_one(Person, scope.me.id)


def change_name(scope: Scope, name: str, language: str) -> None:
    """Another name or language. Raises Refused (fields name, language)."""
    if language not in LANGUAGES:
        raise Refused({"language": _("Choose one of these.")})
    me = get_me(scope)
    me.name, me.language = clean_name(name), language


def change_password(scope: Scope, password_hash: str, *, token: str, browser: str = "") -> None:
    """A new password, by who knew the old one; every other browser is signed out."""
    me = get_me(scope)
    me.password_hash = password_hash
    end_all_sign_ins(scope.session, me.id, but=token)
    links.withdraw_links(scope.session, me.id, scope.now, links.RESET, links.ADDRESS)
    end_waits(scope.session, me.id, scope.now)
    note_event(scope.session, me.id, "password-changed", scope.now, browser)
    mails.mail_password_changed(scope.session, me)


def ask_new_address(scope: Scope, email: str, *, base_url: str, browser: str = "") -> str:
    """Send a link to another address; it counts once that is opened. Returns the address as it was understood.

    The answer is the same when another account has it. Raises Refused (field email).
    """
    me = get_me(scope)
    address = find_address(email)
    if address is None:
        raise Refused({"email": _("Fill in your e-mail address.")})
    if address == me.email:
        raise Refused({"email": _("This is your address already.")})
    if scope.session.scalar(select(Person.id).where(Person.email == address)) is not None:
        mails.mail_address_taken(scope.session, me, address, f"{base_url}/sign-in")
    else:
        links.withdraw_links(scope.session, me.id, scope.now, links.ADDRESS)
        token = links.make_link(
            scope.session, links.ADDRESS, scope.now, person_id=me.id, data={"email": address}
        )
        mails.mail_confirm_address(scope.session, me, address, f"{base_url}/new-address/{token}")
    if me.email is not None:
        mails.mail_address_asked(scope.session, me)
    note_event(scope.session, me.id, "address-asked", scope.now, browser)
    return address


def confirm_address(scope: Scope, token: str, browser: str = "") -> str:
    """The new address counts from now on; returns it. Raises LinkGone, or Refused when it was taken meanwhile."""
    link = links.use_link(scope.session, links.ADDRESS, token, scope.now)
    person = scope.session.get_one(Person, link.person_id)
    address = str(link.data["email"])
    if scope.session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise Refused(_("Another account has this address by now. Nothing was changed."))
    old, person.email, person.sign_in_name = person.email, address, None
    flush_or_refuse(scope.session, {"": _("Another account has this address by now. Nothing was changed.")})
    scope.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    end_waits(scope.session, person.id, scope.now)
    links.withdraw_links(scope.session, person.id, scope.now, links.RESET)
    note_event(scope.session, person.id, "address-changed", scope.now, browser)
    if old is not None:
        mails.mail_address_changed(scope.session, person, old)
    return address


def ask_reset(scope: Scope, email: str) -> None:
    """Ask for a link for a new password. Costs and answers the same whether there is such an account or not.

    An address that was only invited is no account.
    """
    address = find_account_address(email)
    found = scope.session.scalar(select(Person.id).where(Person.email == (address or "")))
    add_job(scope.session, SEND_RESET, {"person": found.hex if found else ""}, person_id=found)


@job_kind(SEND_RESET)
def send_reset(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Mail the link, if there is an account; in a job, so that no answer takes longer for an address that exists."""
    person = session.get(Person, uuid.UUID(payload["person"])) if payload["person"] else None
    if person is None or person.email is None:
        return
    token = links.make_link(session, links.RESET, context.now, person_id=person.id)
    mails.mail_reset(session, person, f"{context.settings.base_url}/reset/{token}")
    note_event(session, person.id, "reset-asked", context.now)


def reset_password(scope: Scope, token: str, password_hash: str, browser: str = "") -> None:
    """Choose a new password with a link from a mail; every sign-in ends. Raises LinkGone."""
    link = links.use_link(scope.session, links.RESET, token, scope.now)
    person = scope.session.get_one(Person, link.person_id)
    person.password_hash = password_hash
    end_all_sign_ins(scope.session, person.id)
    links.withdraw_links(scope.session, person.id, scope.now, links.RESET, links.INVITATION, links.ADDRESS)
    note_event(scope.session, person.id, "password-reset", scope.now, browser)
    mails.mail_password_changed(scope.session, person)
