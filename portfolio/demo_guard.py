"""A demo has passwords that everybody knows: it answers this machine only, and nothing that was forwarded to it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from flask import abort, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portfolio.db import Database

if TYPE_CHECKING:
    from portfolio.app import App

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
FORWARDING = ("forwarded", "x-forwarded", "x-real-ip", "x-original", "x-client-ip", "via", "cf-", "true-client-ip")
"""How the names of headers begin that proxies and tunnels add."""


def is_demo_database(database: Database) -> bool:
    """Whether the database says of itself that it is a demonstration; False when it isn't migrated yet."""
    try:
        with database.read() as session:
            return session.execute(text("SELECT 1 FROM installation WHERE key = 'demo'")).first() is not None
    except SQLAlchemyError:
        return False


def is_loopback(address: str) -> bool:
    """Whether only this machine can have or reach this address: localhost, 127.0.0.0/8 or ::1."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address == "localhost"
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def guard_demo(app: App) -> None:
    """Stop a request to a demo that doesn't come from this machine. A Host is only what the asker says it is."""
    if not app.is_demo:
        return
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    forwarded = any(name.lower().startswith(FORWARDING) for name, _value in request.headers)
    if host not in LOCAL_HOSTS or forwarded or not is_loopback(request.remote_addr or ""):
        abort(421)
