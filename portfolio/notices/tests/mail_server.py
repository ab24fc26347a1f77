"""A real SMTP server for tests, that answers as told and keeps what it took."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

HOST = "127.0.0.1"
TAKEN = "250 taken"


@dataclass
class MailServer:
    """Where it listens, what it took, and what it answers next."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    when_taken: Callable[[], None] = lambda: None
    """Called between taking a mail and saying so."""

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answers and not (answer := self.rcpt_answers.pop(0)).startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answers and not (answer := self.data_answers.pop(0)).startswith("250"):
            return answer
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.envelopes.append(envelope)
        self.over_tls.append(session.ssl is not None)
        self.when_taken()
        return TAKEN

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"ge:heim", handled=False)


@contextmanager
def serving(
    server: MailServer, *, tls: ssl.SSLContext | None = None, auth: bool = False, from_the_start: bool = False
) -> Iterator[MailServer]:
    """Have the server listen, at the port it had before if it had one; with TLS as STARTTLS or `from_the_start`."""
    server.port = server.port or free_port()
    options: dict[str, Any] = {"ssl_context" if from_the_start else "tls_context": tls} if tls else {}
    if auth:
        encrypted = tls is not None
        options |= {"authenticator": server.authenticate, "auth_required": encrypted, "auth_require_tls": encrypted}
    controller = Controller(server, hostname=HOST, port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
