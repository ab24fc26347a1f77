"""Ways back in for who has no e-mail: ten printed codes, or a code from the school that opens after 72 hours.

The school's code is no way in as long as the owner is there: every page of the account says that it was made, with a
button that stops it. Who has an e-mail address never comes here, so for them the school can start nothing at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, select, update
from sqlalchemy.orm import Session

from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import show_instant
from portfolio.people.administration import get_administered
from portfolio.people.models import Person, RecoveryCode, RecoveryWait
from portfolio.people.security import note_event
from portfolio.people.sessions import SCHOOL_CODE_LASTS, end_all_sign_ins
from portfolio.scope import Scope

HOW_MANY = 10
WAIT = dt.timedelta(hours=72)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that look alike on paper. Sixteen of them are 79 random bits."""


@dataclass(frozen=True)
class CodeOwner:
    """Whom a code lets in, once."""

    person_id: uuid.UUID
    name: str
    sign_in_name: str
    from_school: bool


def make_codes(session: Session, person_id: uuid.UUID, now: dt.datetime, browser: str = "") -> list[str]:
    """Make ten recovery codes, in the place of earlier ones; they are shown now and never again."""
    codes = [_new_code() for _number in range(HOW_MANY)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(RecoveryCode(code_hash=_hash(person_id, code), person_id=person_id) for code in codes)
    note_event(session, person_id, "codes-made", now, browser)
    return codes


def count_codes(session: Session, person_id: uuid.UUID) -> int:
    """How many of a person's codes are unused."""
    return int(
        session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)) or 0
    )


def start_school_reset(scope: Scope, person_id: uuid.UUID) -> str:
    """An administrator gives somebody without e-mail a way in that opens after 72 hours; returns the code to hand over.

    Raises NotVisible for somebody of another school, Refused for who has an e-mail address (a link goes there) or
    has not used the account yet (a new invitation is enough).
    """
    person = get_administered(scope, person_id)
    if person.email is not None:
        raise Refused(_("This person has an e-mail address and can ask for a new password alone."))
    if person.used_at is None:
        raise Refused(_("This account has not been used yet. Make a new invitation instead."))
    if person.id == scope.me.id:
        raise Refused(_("You cannot do this for yourself. Ask another administrator."))
    code = _new_code()
    end_waits(scope.session, person_id, scope.now)
    scope.session.add(
        RecoveryWait(
            person_id=person_id,
            started_by=scope.me.id,
            started_at=scope.now,
            ends_at=scope.now + WAIT,
            code_hash=_hash(person_id, code),
        )
    )
    note_event(scope.session, person_id, "school-reset-started", scope.now)
    return code


def stop_wait(scope: Scope) -> bool:
    """The owner stops what the school started; False when there was nothing to stop."""
    stopped = end_waits(scope.session, scope.me.id, scope.now)
    if stopped:
        note_event(scope.session, scope.me.id, "school-reset-stopped", scope.now)
    return stopped


def get_code_owner(session: Session, name: str, code: str, now: dt.datetime) -> CodeOwner:
    """Whom this sign-in name and code let in. Raises Refused, in the same words for an unknown name or a wrong code."""
    person = session.scalars(select(Person).where(Person.sign_in_name == name, Person.email.is_(None))).one_or_none()
    if person is not None:
        code_hash = _hash(person.id, code)
        owner = CodeOwner(person.id, person.name, name, False)
        if session.scalar(select(exists().where(RecoveryCode.code_hash == code_hash))):
            return owner
        opens = session.scalar(select(RecoveryWait.ends_at).where(*_waiting(person.id, code_hash, now)))
        if opens is not None and opens > now:
            raise Refused({"code": _("This code works from %(moment)s on.", moment=show_instant(opens))})
        if opens is not None:
            return CodeOwner(person.id, person.name, name, True)
    raise Refused({"code": _("This sign-in name and code do not belong together, or the code was used.")})


def use_code(
    session: Session, owner: CodeOwner, code: str, password_hash: str, now: dt.datetime, browser: str = ""
) -> None:
    """Choose a new password with a code, which is then gone; ends every sign-in. Raises Refused if it was just used."""
    code_hash = _hash(owner.person_id, code)
    if owner.from_school:
        used = session.execute(
            delete(RecoveryWait).where(
                *_waiting(owner.person_id, code_hash, now), RecoveryWait.ends_at <= now
            )
        )
    else:
        used = session.execute(delete(RecoveryCode).where(RecoveryCode.code_hash == code_hash))
    assert isinstance(used, CursorResult)
    if used.rowcount != 1:
        raise Refused({"code": _("This sign-in name and code do not belong together, or the code was used.")})
    end_waits(session, owner.person_id, now)
    session.execute(update(Person).where(Person.id == owner.person_id).values(password_hash=password_hash))
    end_all_sign_ins(session, owner.person_id)
    note_event(session, owner.person_id, "school-reset-used" if owner.from_school else "code-used", now, browser)


def end_waits(session: Session, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Let codes from the school open nothing any more; False when there were none."""
    stopped = session.execute(
        update(RecoveryWait)
        .where(RecoveryWait.person_id == person_id, RecoveryWait.stopped_at.is_(None))
        .values(stopped_at=now, code_hash="")
        .execution_options(synchronize_session=False)
    )
    assert isinstance(stopped, CursorResult)
    return stopped.rowcount > 0


def _waiting(person_id: uuid.UUID, code_hash: str, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        RecoveryWait.person_id == person_id,
        RecoveryWait.code_hash == code_hash,
        RecoveryWait.stopped_at.is_(None),
        RecoveryWait.ends_at > now - SCHOOL_CODE_LASTS,
    )


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _number in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _hash(person_id: uuid.UUID, code: str) -> str:
    bare = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(f"{person_id.hex}:{bare}".encode()).hexdigest()
