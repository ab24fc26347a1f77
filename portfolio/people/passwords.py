"""Passwords: argon2id, checked and made while no transaction is open (a hash takes 0.2 s and 64 MiB)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_nobody = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$3nTqf+OdDkTzIGQ9h3rT8gTxFzEMzNTIoIG/HNjGTbA"
"""Verified against when there is no such account, so that an answer takes as long."""


def hash_password(password: str) -> str:
    """An argon2id hash of a password."""
    return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; takes as long when there is no account ("")."""
    try:
        return _hasher.verify(password_hash or _nobody, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False
