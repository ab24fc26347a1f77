"""Mail from the outbox to a real server: what arrives, what happens when it doesn't, and what is kept."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from portfolio import clock
from portfolio.db import Database
from portfolio.i18n import lazy_gettext
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.models import Job
from portfolio.jobs.worker import Tally, run_pending
from portfolio.notices.addresses import AddressError, clean_address
from portfolio.notices.models import Mail
from portfolio.notices.sending import ATTEMPTS
from portfolio.notices.service import SubjectError, list_mails, queue_mail
from portfolio.notices.tests.mail_server import MailServer, serving
from portfolio.people.models import Person
from portfolio.settings import Settings

ROOT = Path(__file__).parents[3]
MONTH = dt.timedelta(days=30)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving(MailServer()) as found:
        yield found


@pytest.fixture
def sending(settings: Settings, server: MailServer) -> Settings:
    return replace(settings, smtp_url=server.url, mail_from="Portfolio <portfolio@school.example>")


@pytest.fixture(autouse=True)
def _upkeep_is_not_due(database: Database, settings: Settings) -> None:
    """The periodic jobs are due at first sight: let them have run, so that the tests count mail only."""
    load_handlers()
    run_pending(database, settings)


def queue(database: Database, **options: object) -> uuid.UUID:
    with database.write() as session:
        values = {"to": "fenna@example.org", "subject": "Er is iets te lezen", "body": "Kijk maar."} | options
        return queue_mail(session, **values).id


def get_mail(database: Database) -> Mail:
    with database.read() as session:
        return session.scalars(select(Mail)).one()


def count_jobs(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def test_a_mail_arrives_whole_and_its_body_is_forgotten(
    database: Database, sending: Settings, server: MailServer
) -> None:
    subject = "Reünie ☕ van de leesgroep – " + "één heel lang onderwerp, " * 5
    body = "Dag Žofia,\n\n.een punt vooraan\nhttps://school.example/uitnodiging/" + "a1=" * 60 + "\n\nTot zo 🌱\n"
    queue(database, subject=subject, body=body, to="Fenna@Bücher.example", language="nl")
    assert run_pending(database, sending) == Tally(done=1)
    (message,) = server.taken
    assert message["Subject"] == subject.strip()
    assert message.get_content().replace("\r\n", "\n") == body
    assert message.get_content_type() == "text/plain"
    assert message["Content-Transfer-Encoding"] == "quoted-printable"
    assert message.get_content_charset() == "utf-8"
    assert message["From"] == "Portfolio <portfolio@school.example>"
    assert message["To"] == "Fenna@xn--bcher-kva.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"
    assert message["Message-ID"].endswith("@school.example>")
    assert abs(message["Date"].datetime - clock.now()) < dt.timedelta(minutes=1)
    assert server.envelopes[0].mail_from == "portfolio@school.example"
    assert server.envelopes[0].rcpt_tos == ["Fenna@xn--bcher-kva.example"]
    assert max(map(len, (server.envelopes[0].original_content or b"").splitlines())) <= 78
    mail = get_mail(database)
    assert (mail.body, mail.attempts, mail.last_error, mail.given_up_at) == ("", 1, "", None)
    assert mail.sent_at is not None
    assert run_pending(database, sending) == Tally()


def test_a_mail_of_a_rolled_back_transaction_is_never_sent(
    database: Database, sending: Settings, server: MailServer
) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        queue_mail(session, to="fenna@example.org", subject="Welkom", body="…")
        _ = 1 / 0
    assert run_pending(database, sending) == Tally()
    assert server.taken == []


def test_lazy_texts_are_written_in_the_readers_language(database: Database) -> None:
    queue(database, subject=lazy_gettext("%(name)s wrote", name="Ruben"), language="en")
    assert (get_mail(database).subject, get_mail(database).language) == ("Ruben wrote", "en")


def test_without_a_server_mail_stays_in_the_outbox_to_be_read(database: Database, settings: Settings) -> None:
    queue(database, subject="Een")
    queue(database, subject="Twee")
    assert run_pending(database, settings) == Tally(done=2)
    with database.read() as session:
        assert [(mail.subject, mail.body, mail.sent_at) for mail in list_mails(session)] == [
            ("Twee", "Kijk maar.", None),
            ("Een", "Kijk maar.", None),
        ]


def test_a_mail_waits_for_a_server_that_is_down(database: Database, settings: Settings) -> None:
    server = MailServer()
    with serving(server):
        pass
    sending = replace(settings, smtp_url=server.url)
    queue(database)
    assert run_pending(database, sending) == Tally(failed=1)
    assert (get_mail(database).last_error, get_mail(database).body) == ("ConnectionRefusedError", "Kijk maar.")
    with serving(server):
        assert run_pending(database, sending, until=clock.now() + dt.timedelta(minutes=1)) == Tally(done=1)
    assert len(server.taken) == 1
    assert (get_mail(database).last_error, get_mail(database).attempts) == ("", 2)


@pytest.mark.parametrize("moment", ["rcpt_answers", "data_answers"])
def test_a_server_that_says_not_now_is_asked_again(
    database: Database, sending: Settings, server: MailServer, moment: str
) -> None:
    setattr(server, moment, ["451 try again later"])
    queue(database)
    assert run_pending(database, sending) == Tally(failed=1)
    assert get_mail(database).given_up_at is None
    assert run_pending(database, sending, until=clock.now() + dt.timedelta(minutes=1)) == Tally(done=1)
    assert len(server.taken) == 1


@pytest.mark.parametrize("moment", ["rcpt_answers", "data_answers"])
def test_a_server_that_says_never_is_not_asked_again(
    database: Database, sending: Settings, server: MailServer, moment: str
) -> None:
    setattr(server, moment, ["550 no such mailbox"])
    queue(database)
    assert run_pending(database, sending) == Tally(done=1)
    assert count_jobs(database) == 0
    mail = get_mail(database)
    assert mail.given_up_at is not None and mail.sent_at is None
    assert mail.last_error in ("SMTPRecipientsRefused", "SMTPDataError")
    assert mail.body == ""
    assert server.taken == []


def test_a_server_that_stays_away_is_given_up_in_the_end(database: Database, settings: Settings) -> None:
    server = MailServer()
    with serving(server):
        pass
    sending = replace(settings, smtp_url=server.url)
    queue(database)
    for attempt in range(1, ATTEMPTS + 1):
        assert get_mail(database).given_up_at is None
        tally = run_pending(database, sending, until=clock.now() + attempt * dt.timedelta(hours=8))
        assert tally.failed + tally.given_up == 1
    assert (get_mail(database).attempts, get_mail(database).body) == (ATTEMPTS, "")
    assert get_mail(database).given_up_at is not None


WORKER = """
import sys
from pathlib import Path
from portfolio.db import Database
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.settings import Settings
load_handlers()
settings = Settings(data=Path(), database_url=sys.argv[1], secret_key="x" * 40, smtp_url=sys.argv[2])
run_pending(Database(settings.database_url), settings)
"""


def test_a_worker_killed_after_sending_sends_again_what_the_receiver_can_drop(
    database: Database, sending: Settings, server: MailServer
) -> None:
    queue(database)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, database.url, server.url], cwd=ROOT)
    server.when_taken = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(30) == -signal.SIGKILL
    server.when_taken = lambda: None
    assert get_mail(database).sent_at is None
    assert run_pending(database, sending) == Tally(), "the dead worker's lease still runs"
    assert run_pending(database, sending, until=clock.now() + dt.timedelta(minutes=2)) == Tally(done=1)
    first, second = server.taken
    assert first["Message-ID"] and first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert count_jobs(database) == 0


def test_two_mails_have_two_message_ids(database: Database, sending: Settings, server: MailServer) -> None:
    queue(database)
    queue(database)
    run_pending(database, sending)
    assert len({message["Message-ID"] for message in server.taken}) == 2


def test_erasing_a_person_takes_their_mail(database: Database, sending: Settings, server: MailServer) -> None:
    with database.write() as session:
        person = Person(name="Fenna", email="fenna@example.org", created_at=clock.now())
        session.add(person)
        session.flush()
        queue_mail(session, to="fenna@example.org", subject="Kanarie", body="Kanarie", person_id=person.id)
    queue(database)
    with database.write() as session:
        session.execute(delete(Person))
    assert run_pending(database, sending) == Tally(done=1)
    assert [message["Subject"] for message in server.taken] == ["Er is iets te lezen"]
    assert get_mail(database).subject == "Er is iets te lezen"


def test_mail_goes_after_a_month(database: Database, settings: Settings) -> None:
    queue(database)
    run_pending(database, settings, until=clock.now() + MONTH - dt.timedelta(days=1, hours=1))
    get_mail(database)
    run_pending(database, settings, until=clock.now() + MONTH + dt.timedelta(days=1))
    with database.read() as session:
        assert list_mails(session) == []


@pytest.mark.parametrize(
    "subject", ["Hallo\nBcc: otto@example.org", "Hallo\r\n\r\nbody", "a\rb", "a\x00b", "a\u2028b", "", "   ", "x" * 201]
)
def test_a_subject_that_could_end_its_header_is_refused(database: Database, subject: str) -> None:
    with database.write() as session:
        with pytest.raises(SubjectError):
            queue_mail(session, to="fenna@example.org", subject=subject, body="…")
        assert list_mails(session) == []


HOSTILE = [
    "fenna@example.org\nBcc: otto@example.org", "fenna@example.org\r\n", "a@b.nl,otto@example.org", "a@b.nl otto@c.nl",
    "Fenna <fenna@example.org>", "fenna", "@example.org", "fenna@", "fenna@@example.org", "fen na@example.org",
    "fenna@exa mple.org", ".fenna@example.org", "fenna.@example.org", "fe..nna@example.org", "fenna@example..org",
    "fenna@-example.org", "fenna@example.org.", '"x y"@example.org', "fénna@example.org", "fenna\x00@example.org",
    "x" * 65 + "@example.org", "fenna@" + "x" * 64 + ".org", "fenna@" + "x." * 130 + "org", "fenna@[127.0.0.1]", "",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        clean_address(address)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (" fenna@example.org ", "fenna@example.org"),
        ("Fenna.de-Vries+x@Example.ORG", "Fenna.de-Vries+x@example.org"),
        ("o'brien@school.example", "o'brien@school.example"),
        ("ruben@localhost", "ruben@localhost"),
        ("yara@bücher.example", "yara@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_as_typed_but_for_its_domain(typed: str, cleaned: str) -> None:
    assert clean_address(typed) == cleaned
