"""Passwords: argon2id, checked and made while no transaction is open (a hash takes 0.2 s and 64 MiB)."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portfolio.i18n import LazyText
from portfolio.i18n import lazy_gettext as _l

SHORTEST, LONGEST = 12, 1000
_COMMON_WORDS = """
123456789012 1234567890123 12345678901234 123456789123 1234567891234 123123123123 112233445566 121212121212
password1234 passwordpassword password12345 password123456 passw0rd1234 mypassword123 mypassword1234
qwertyuiop123 qwertyuiop12 qwerty123456 qwertyqwerty qwertyuiopasdf 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv
abcdefghijkl abcdefghijklm abc123abc123 asdfghjkl123 zxcvbnm12345 iloveyou1234 iloveyouforever administrator
letmeinletmein letmein12345 changemechangeme changeme1234 welcome12345 welcome123456 trustno1trustno1
wachtwoord12 wachtwoord123 wachtwoord1234 wachtwoordwachtwoord mijnwachtwoord geheim123456 geheimgeheim
welkom123456 welkom1234567 welkomwelkom hallo1234567 hallohallohallo azertyuiop12 voetbal12345 amsterdam123
amsterdam1234 rotterdam123 feyenoord123 nederland123 portfolio123 leerkracht12 leerkracht123 docent123456
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Of twelve characters or more: shorter ones are refused anyway."""
_hasher = PasswordHasher()
_nobody = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$3nTqf+OdDkTzIGQ9h3rT8gTxFzEMzNTIoIG/HNjGTbA"
"""Verified against when there is no such account, so that an answer takes as long."""


def set_cost(time_cost: int, memory_cost: int, parallelism: int) -> None:
    """Let a hash take so much, as `argon2.PasswordHasher` has it. Tests take the least; nothing else should."""
    global _hasher, _nobody
    _hasher = PasswordHasher(time_cost, memory_cost, parallelism)
    _nobody = _hasher.hash("nobody's")


def hash_password(password: str) -> str:
    """An argon2id hash of a password, however its accents were typed."""
    return _hasher.hash(unicodedata.normalize("NFC", password))


def password_matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; takes as long when there is no account ("")."""
    try:
        return _hasher.verify(password_hash or _nobody, unicodedata.normalize("NFC", password)) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def find_password_problem(password: str, *own_words: str | None) -> LazyText | None:
    """Why this can't be a new password; None when it can. `own_words`: the person's name, address, sign-in name."""
    if len(password) < SHORTEST:
        return _l("Use at least %(least)s characters. Three or four words are fine.", least=SHORTEST)
    if len(password) > LONGEST:
        return _l("Use at most %(most)s characters.", most=LONGEST)
    plain = _bare(password)
    if len(set(plain)) < 4 or plain in _COMMON:
        return _l("This is one of the passwords that are guessed first. Choose other words.")
    for words in own_words:
        known = {_bare(words), _bare(words.partition("@")[0])} if words else set()
        if any(plain == word or plain.replace(word, "", 1).isdigit() for word in known if len(word) > 2):
            return _l("This is your own name or address, which others try first. Choose other words.")
    return None


def _bare(text: str) -> str:
    return "".join(text.casefold().split())
