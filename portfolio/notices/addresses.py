"""What counts as an e-mail address here: one that a mail server will take, and nothing that could end a header."""

from __future__ import annotations

import re

from portfolio.i18n import LazyText
from portfolio.i18n import lazy_gettext as _

LONGEST = 254
LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class AddressError(ValueError):
    """This is no e-mail address; the message may be shown at the field."""

    def __init__(self) -> None:
        self.message: LazyText = _("This is not an e-mail address.")
        super().__init__(str(self.message))


def account_address(text: str) -> str:
    """An address as accounts keep it and are found by: cleaned and in lower case. Raises AddressError."""
    return clean_address(text).lower()


def clean_address(text: str) -> str:
    """`text` without spaces around it and with its domain in lower-case ASCII; raises AddressError."""
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise AddressError from None
    address = f"{local}@{ascii_domain}"
    if not at or len(address) > LONGEST or len(local) > LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise AddressError
    if not all(_LABEL.fullmatch(label) for label in ascii_domain.split(".")):
        raise AddressError
    return address
