"""One message to one mail server, over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from portfolio.notices.models import Mail
from portfolio.settings import Settings

TIMEOUT_SECONDS = 30
AUTHENTICATION_REQUIRED = 530
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class PasswordInTheClear(smtplib.SMTPException):
    """The server offers no STARTTLS, and the settings have a password to send it."""


class AddressHeader(UnstructuredHeader):
    """A header that is one long address: it goes on a line of its own, and is never cut or written as encoded words."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        return f"{self.name}:{policy.linesep} {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", AddressHeader)  # type: ignore[arg-type]  # as the registry's own are
_POLICY = SMTP.clone(header_factory=_HEADERS)


def build_message(mail: Mail, settings: Settings) -> EmailMessage:
    """The mail as it goes out: plain text, the same bytes at each attempt."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:  # RFC 8058: a mail program may show a button for it
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body, cte="quoted-printable")
    message["Content-Language"] = mail.language  # last: set_content drops what says anything about the content
    return message


def make_message_id(mail: Mail, settings: Settings) -> str:
    """An address of its own for this mail, in the sender's domain."""
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{mail.id}@{domain}>"


def deliver(message: EmailMessage, settings: Settings) -> None:
    """Hand the message to the server of `settings.smtp_url`.

    Raises smtplib.SMTPException or OSError when it isn't taken; `is_refusal` says whether to try again.
    """
    url = urlsplit(settings.smtp_url)
    server = _connect(url)
    try:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
        with suppress(smtplib.SMTPException, OSError):  # it was taken: a rude goodbye must not send it again
            server.quit()
    finally:
        server.close()


def is_refusal(error: Exception) -> bool:
    """Whether the server refused this very mail for good (5xx).

    All else may be better later: the network, a 4xx, and what is wrong with our settings rather than the mail.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if not isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return False
    return 500 <= error.smtp_code < 600 and error.smtp_code != AUTHENTICATION_REQUIRED


def _connect(url: SplitResult) -> smtplib.SMTP:
    host = url.hostname or "localhost"
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    if host in THIS_MACHINE:  # nothing leaves it, and a local relay's certificate is seldom one to check
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    server = smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.username and host not in THIS_MACHINE:
            raise PasswordInTheClear
    except BaseException:
        server.close()
        raise
    return server
