"""Every setting in one typed object, read from PORTFOLIO_* variables and checked at start.

What an operator may set is what stands here, and PORTFOLIO_PLUGIN_PATH and PORTFOLIO_THEME_PATH (see places.py), which
are needed before there are settings.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

MIB = 1024 * 1024


class SettingsError(ValueError):
    """A PORTFOLIO_* variable is missing or cannot be right; the message names it and says what would be."""


@dataclass(frozen=True)
class Settings:
    """What an operator decides. Durations are in the unit their name says, sizes in bytes."""

    data: Path
    """Folder for the embedded database, attachments and the generated key."""
    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    """How people reach the site; used for links in mails. https here means secure cookies and HSTS.
    Without a slash at its end."""
    smtp_url: str = ""
    """smtp://user:password@host:587 (STARTTLS) or smtps://…:465; empty: mail stays in the outbox."""
    mail_from: str = "portfolio@localhost"
    session_idle_minutes: int = 120
    session_days: int = 14
    upload_bytes: int = 10 * MIB
    import_bytes: int = 200 * MIB
    portfolio_bytes: int = 500 * MIB
    """How much one portfolio's attachments may hold together."""
    bin_days: int = 30
    access_log_days: int = 365
    trusted_proxies: int = 0
    """Number of reverse proxies in front whose X-Forwarded-* headers are believed."""
    testing: bool = False
    """Errors in plugins are raised instead of contained."""

    @property
    def https(self) -> bool:
        """Whether people reach the site over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def files(self) -> Path:
        """Folder of the attachments' bytes."""
        return self.data / "files"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read PORTFOLIO_* from `environ` (the process's own by default).

    Raises SettingsError for a value that cannot be right, and for a variable nobody knows
    (a misspelt setting must not pass in silence).
    """
    environ = os.environ if environ is None else environ
    known = {f"PORTFOLIO_{field.name.upper()}": field for field in fields(Settings)}
    elsewhere = {"PORTFOLIO_PLUGIN_PATH", "PORTFOLIO_THEME_PATH"}
    values: dict[str, object] = {}
    for variable, raw in environ.items():
        if not variable.startswith("PORTFOLIO_") or variable in elsewhere:
            continue
        if variable not in known:
            raise SettingsError(f"{variable} is not a setting; known are {', '.join(sorted(known))}")
        values[known[variable].name] = _typed(variable, raw, str(known[variable].type))
    data = Path(str(values.pop("data", "data"))).resolve()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database_url = str(values.pop("database_url", "") or f"sqlite:///{data / 'portfolio.sqlite'}")
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("PORTFOLIO_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://")
    secret_key = str(values.pop("secret_key", "") or _kept_key(data / "secret_key"))
    if len(secret_key) < 32:
        raise SettingsError("PORTFOLIO_SECRET_KEY must be at least 32 characters of randomness")
    if "base_url" in values:
        values["base_url"] = str(values["base_url"]).rstrip("/")
    settings = Settings(data=data, database_url=database_url, secret_key=secret_key, **values)  # type: ignore[arg-type]
    if urlsplit(settings.base_url).scheme not in ("http", "https") or not urlsplit(settings.base_url).hostname:
        raise SettingsError("PORTFOLIO_BASE_URL must be a whole address such as https://portfolio.example.org")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        raise SettingsError("PORTFOLIO_SMTP_URL must start with smtp:// or smtps://")
    return settings


def _typed(variable: str, raw: str, annotation: str) -> object:
    if annotation == "int":
        if not raw.isdigit():
            raise SettingsError(f"{variable} must be a whole number, not {raw!r}")
        return int(raw)
    if annotation == "bool":
        if raw not in ("0", "1"):
            raise SettingsError(f"{variable} must be 0 or 1, not {raw!r}")
        return raw == "1"
    return raw


def _kept_key(path: Path) -> str:
    """The generated key of an embedded installation, made once and readable by its owner only."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
