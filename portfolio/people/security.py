"""The security log of an account: what happened to its ways in, shown to its owner and to nobody else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.i18n import LazyText
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.models import SecurityEvent
from portfolio.scope import Scope

WHAT: dict[str, LazyText] = {
    "signed-in": _l("Signed in"),
    "wrong-password": _l("Somebody tried a wrong password"),
    "signed-out-everywhere": _l("Signed out everywhere"),
    "browser-ended": _l("Another browser was signed out"),
    "password-chosen": _l("A password was chosen with the invitation"),
    "invitation-accepted": _l("The invitation of a school was accepted"),
    "password-changed": _l("The password was changed"),
    "password-reset": _l("A new password was chosen with a link sent by mail"),
    "reset-asked": _l("A link for a new password was sent by mail"),
    "address-asked": _l("Another e-mail address was given; it has yet to be confirmed"),
    "address-changed": _l("The e-mail address was changed"),
    "codes-made": _l("New recovery codes were made"),
    "code-used": _l("A new password was chosen with a recovery code"),
    "school-reset-started": _l("The school started a new way in; it opens after 72 hours unless you stop it"),
    "school-reset-stopped": _l("You stopped the new way in that the school had started"),
    "school-reset-used": _l("A new password was chosen with the code from the school"),
}
SHOWN = 30


@dataclass(frozen=True)
class SecurityLine:
    """One line of the log."""

    text: LazyText | str
    at: dt.datetime
    browser: str


def note_event(session: Session, person_id: uuid.UUID, what: str, now: dt.datetime, browser: str = "") -> None:
    """Write a line in the caller's transaction: it happened exactly if that commits."""
    if what not in WHAT:
        raise ValueError(f"nobody knows the security event {what!r}")
    session.add(SecurityEvent(person_id=person_id, what=what, at=now, browser=browser[:80]))
    session.flush()


def list_events(scope: Scope) -> list[SecurityLine]:
    """The viewer's own log, newest first."""
    rows = scope.session.execute(
        select(SecurityEvent.what, SecurityEvent.at, SecurityEvent.browser)
        .where(SecurityEvent.person_id == scope.me.id)
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
        .limit(SHOWN)
    )
    return [SecurityLine(WHAT.get(what, what), at, browser) for what, at, browser in rows]
