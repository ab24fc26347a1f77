"""The way to the mail server: encrypted where offered, and no password where it can be overheard."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from pathlib import Path

import pytest

from portfolio import clock
from portfolio.notices import smtp
from portfolio.notices.models import Mail
from portfolio.notices.smtp import PasswordInTheClear, build_message, deliver, is_refusal
from portfolio.notices.tests.mail_server import MailServer, serving
from portfolio.settings import Settings


def settings_for(url: str) -> Settings:
    return Settings(data=Path(), database_url="", secret_key="x" * 40, smtp_url=url)


def send(url: str) -> None:
    mail = Mail(to_address="fenna@example.org", subject="Dag", body="Dag", language="nl", message_id="<1@example.org>")
    mail.created_at = clock.now()
    deliver(build_message(mail, settings_for(url)), settings_for(url))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody signed."""
    folder = tmp_path_factory.mktemp("certificate")
    key, found = folder / "key.pem", folder / "certificate.pem"
    order = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail"]
    order += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(found)]
    subprocess.run(order, check=True, capture_output=True)
    return key, found


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def test_a_server_without_starttls_gets_mail_as_it_is() -> None:
    with serving(MailServer()) as server:
        send(server.url)
    assert server.over_tls == [False]


def test_starttls_is_used_where_it_is_offered(tls: ssl.SSLContext) -> None:
    with serving(MailServer(), tls=tls) as server:
        send(server.url)
    assert server.over_tls == [True]


def test_a_certificate_nobody_signed_is_refused_beyond_this_machine(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "THIS_MACHINE", ())
    with serving(MailServer(), tls=tls) as server, pytest.raises(ssl.SSLCertVerificationError):
        send(server.url)
    assert server.taken == []


def test_a_signed_certificate_is_accepted(
    tls: ssl.SSLContext, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "THIS_MACHINE", ())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with serving(MailServer(), tls=tls) as server:
        send(server.url)
    assert server.over_tls == [True]


def test_smtps_is_encrypted_from_the_start_and_its_certificate_checked(
    tls: ssl.SSLContext, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with serving(MailServer(), tls=tls, from_the_start=True) as server:
        send(server.url.replace("smtp://", "smtps://"))
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(ssl.SSLCertVerificationError):
            send(server.url.replace("smtp://", "smtps://"))
    assert len(server.taken) == 1


def test_who_has_a_password_signs_in_over_tls(tls: ssl.SSLContext) -> None:
    with serving(MailServer(), tls=tls, auth=True) as server:
        send(server.url.replace("smtp://", "smtp://school%40example:ge%3Aheim@"))
    assert server.logins == [(b"school@example", b"ge:heim")]
    assert len(server.taken) == 1


def test_a_password_never_crosses_the_network_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "THIS_MACHINE", ())
    with serving(MailServer(), auth=True) as server, pytest.raises(PasswordInTheClear):
        send(server.url.replace("smtp://", "smtp://school:ge%3Aheim@"))
    assert server.logins == []


def test_a_wrong_password_in_the_settings_does_not_cost_the_mail(tls: ssl.SSLContext) -> None:
    with serving(MailServer(), tls=tls, auth=True) as server:
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            send(server.url.replace("smtp://", "smtp://school:fout@"))
        with pytest.raises(smtplib.SMTPSenderRefused) as missing:
            send(server.url)
    assert not is_refusal(wrong.value)
    assert missing.value.smtp_code == 530 and not is_refusal(missing.value)
    assert server.taken == []
