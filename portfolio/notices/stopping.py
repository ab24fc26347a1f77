"""The address in a mail by which its reader stops such mails without signing in.

It holds who it is for, signed, and is kept nowhere: whoever hasn't got the mail can't make it, and for an account that
is gone it answers the same.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from itsdangerous import BadSignature, Signer

from portfolio.settings import Settings


def stop_address(settings: Settings, person_id: uuid.UUID) -> str:
    """Where somebody stops mail about news."""
    who = base64.urlsafe_b64encode(person_id.bytes).rstrip(b"=")
    return f"{settings.base_url}/news/stop/{_signer(settings).sign(who).decode()}"


def find_stopper(settings: Settings, token: str) -> uuid.UUID | None:
    """Whose mail the last word of such an address stops; None for what we didn't sign."""
    try:
        who = _signer(settings).unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(who + b"=="))
    except (BadSignature, binascii.Error, ValueError):  # ValueError: what can't be encoded, or is no id
        return None


def _signer(settings: Settings) -> Signer:
    return Signer(settings.secret_key, salt=b"stop news")
