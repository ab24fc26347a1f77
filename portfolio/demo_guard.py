"""A demo has passwords that everybody knows: it answers this machine only, and nothing that was forwarded to it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portfolio.db import Database

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


def is_from_here(host: str, remote: str, headers: Iterable[str]) -> bool:
    """Whether a request comes from this machine, by its Host (which is only what the asker says), the address it comes
    from, and the names of its headers.
    """
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    forwarded = any(header.lower().startswith(FORWARDING) for header in headers)
    return name in LOCAL_HOSTS and is_loopback(remote) and not forwarded
