"""What a service raises when it can't do what was asked; the application turns each into a page or a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NotVisible(LookupError):
    """It doesn't exist, or not for who asks: 404, always with the same words."""


class NotAllowed(PermissionError):
    """Who asks can see it but may not do this: 403."""


class Refused(ValueError):
    """The input can't be right. `errors` has a translated message per field; "" is the whole form."""

    def __init__(self, errors: Mapping[str, Any] | str | Any) -> None:
        self.errors: dict[str, Any] = dict(errors) if isinstance(errors, Mapping) else {"": errors}
        super().__init__("; ".join(f"{name}: {text}" if name else str(text) for name, text in self.errors.items()))

    @property
    def message(self) -> str:
        """All of it in a line, for a page that has no form to say it at."""
        return " ".join(map(str, self.errors.values()))


class Conflict(RuntimeError):
    """Somebody wrote the same entry meanwhile; `current` is what it says now. Nothing was changed."""

    def __init__(self, current: Any) -> None:
        super().__init__("the entry was changed meanwhile")
        self.current = current


class TooManyAttempts(RuntimeError):
    """A limit was reached: 429. `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many attempts; wait {seconds} s")
        self.seconds = seconds
