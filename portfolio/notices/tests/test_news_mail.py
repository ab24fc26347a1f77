"""Mail about news: when each person wants it, never what it is about, and nothing when there is nothing to find."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from portfolio import clock
from portfolio.clock import ZONE
from portfolio.entries import sharing
from portfolio.entries.tests.entries_world import World, later
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices import choosing
from portfolio.notices.choosing import Choice
from portfolio.notices.kinds import COMMENT, DAILY, NEVER, NOW, OWN, SHARED, WEEKLY, mail_due, morning_of
from portfolio.notices.models import Mail
from portfolio.notices.tests.mail_server import MailServer, serving
from portfolio.notices.tests.news_world import mails_to, notices_of, read_news, say, share
from portfolio.people import circles
from portfolio.people.models import Person
from portfolio.settings import Settings

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
KINDS = list(OWN.values())
WORDS = ("Kanarie", "Fenna", "Voorbeeld shares", "Buitenspiegel", "comment", "wrote", "coach", "circle", "kring", "/p/")


@pytest.fixture(autouse=True)
def _handlers() -> None:
    load_handlers()


def choose(world: World, person: Person, rhythm: str, **more: Any) -> None:
    with world.scope(person, now=more.pop("now", None)) as scope:
        choosing.choose(scope, KINDS, Choice({kind.code: rhythm for kind in KINDS}, **more))


def tomorrow_at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(clock.today() + DAY, dt.time(hour, minute), ZONE).astimezone(dt.UTC)


def test_a_digest_comes_the_next_morning_once_and_says_nothing_of_it(world: World, settings: Settings) -> None:
    for title in ("Kanarie", "Nog een kanarie"):
        share(world, world.write(title), "coach")
    assert mails_to(world.database, settings, world.ruben, until=tomorrow_at(6, 54)) == []
    [mail] = mails_to(world.database, settings, world.ruben, until=tomorrow_at(7, 6))
    assert mail.subject == "There is news in your portfolio"
    assert [word for word in WORDS if word in (mail.subject + mail.body).replace(world.ruben.name, "")] == []
    assert f"{settings.base_url}/news\n" in mail.body and "/news/stop/" in mail.unsubscribe
    assert len(mails_to(world.database, settings, world.ruben, until=tomorrow_at(7) + 9 * DAY)) == 1


def test_every_mail_about_news_is_the_same_but_for_its_reader(world: World, settings: Settings) -> None:
    """A question about a circle looks like a comment: the mail doesn't tell what there is."""
    entry = world.write("Kanarie")
    share(world, entry, "coach")
    say(world, world.ruben, entry)
    with world.scope(world.fenna) as scope:
        circles.invite(scope, world.circle.id, None, world.yara.email or "")
    found = [mails_to(world.database, settings, one, until=tomorrow_at(8)) for one in (world.fenna, world.yara)]
    texts = {
        (mail.subject, mail.body.replace(person.name, "X").replace(mail.unsubscribe, "Y"))
        for person, mails in zip((world.fenna, world.yara), found, strict=True)
        for mail in mails
    }
    assert len(texts) == 1 and [len(mails) for mails in found] == [1, 1]


def test_at_once_is_one_mail_for_a_burst_and_a_rest_of_an_hour(world: World, app: Any, settings: Settings) -> None:
    choose(world, world.fenna, NOW)
    entry = world.write()
    share(world, entry, "coach")
    begun = clock.now()
    for number in range(4):
        say(world, world.ruben, entry, f"Vraag {number}")
    assert len(mails_to(world.database, settings, world.fenna, until=begun + 6 * HOUR / 60)) == 1
    say(world, world.ruben, entry, "En dan nog iets", now=begun + 7 * HOUR / 60)
    assert len(mails_to(world.database, settings, world.fenna, until=begun + 5 * HOUR)) == 1, "unread: they were told"
    assert len(read_news(app, world.fenna)) == 1
    say(world, world.ruben, entry, "Na het lezen", now=begun + 5 * HOUR)
    assert len(mails_to(world.database, settings, world.fenna, until=begun + 5 * HOUR + 6 * HOUR / 60)) == 2
    read_news(app, world.fenna)
    say(world, world.ruben, entry, "Meteen weer", now=begun + 5 * HOUR + 10 * HOUR / 60)
    assert len(mails_to(world.database, settings, world.fenna, until=begun + 5.9 * HOUR)) == 2
    assert len(mails_to(world.database, settings, world.fenna, until=begun + 6.5 * HOUR)) == 3, "later, not never"


@pytest.mark.parametrize("rhythm", [NEVER, WEEKLY])
def test_never_and_once_a_week_mean_it(world: World, settings: Settings, rhythm: str) -> None:
    choose(world, world.ruben, rhythm)
    share(world, world.write(), "coach")
    monday = clock.today() + (7 - clock.today().weekday()) * DAY
    assert mails_to(world.database, settings, world.ruben, until=morning_of(monday) - HOUR) == []
    expected = 1 if rhythm == WEEKLY else 0
    assert len(mails_to(world.database, settings, world.ruben, until=morning_of(monday) + HOUR)) == expected
    assert len(notices_of(world.database, world.ruben)) == 1


def test_who_read_it_or_may_not_see_it_any_more_gets_no_mail(world: World, app: Any, settings: Settings) -> None:
    entry = world.write()
    shared, _ = share(world, entry, "coach"), share(world, entry, "circle")
    read_news(app, world.idris)
    with world.scope(world.fenna) as scope:
        sharing.end_share(scope, entry, shared)
    for person, expected in ((world.idris, 0), (world.ruben, 0), (world.lotte, 1)):
        assert len(mails_to(world.database, settings, person, until=tomorrow_at(8))) == expected, person.name


def test_a_pause_holds_mail_back_and_loses_none(world: World, settings: Settings) -> None:
    choose(world, world.ruben, DAILY, paused_until=clock.today() + 10 * DAY)
    share(world, world.write(), "coach")
    morning = morning_of(clock.today() + 10 * DAY)
    assert mails_to(world.database, settings, world.ruben, until=tomorrow_at(8)) == []
    assert mails_to(world.database, settings, world.ruben, until=morning - HOUR) == []
    assert len(mails_to(world.database, settings, world.ruben, until=morning + HOUR)) == 1


def test_another_choice_counts_for_what_waits_already(world: World, settings: Settings) -> None:
    share(world, world.write(), "coach")
    choose(world, world.ruben, NOW)
    assert len(mails_to(world.database, settings, world.ruben, until=later(minutes=6))) == 1


def test_who_has_no_address_has_news_and_no_mail(world: World, settings: Settings) -> None:
    with world.database.write() as session:
        session.merge(world.ruben).email = None
    share(world, world.write(), "coach")
    [notice] = notices_of(world.database, world.ruben)
    assert notice.mail_due is None
    assert mails_to(world.database, settings, world.ruben, until=tomorrow_at(8)) == []


def test_days_and_weeks_begin_in_the_morning_here_also_when_the_clock_changes() -> None:
    """In the night of 28 March 2027 an hour is skipped; 29 March is a Monday."""
    saturday = dt.datetime(2027, 3, 27, 12, tzinfo=dt.UTC)
    assert mail_due(NOW, saturday) == saturday and mail_due(NEVER, saturday) is None
    assert mail_due(DAILY, saturday) == dt.datetime(2027, 3, 28, 5, tzinfo=dt.UTC)
    assert mail_due(WEEKLY, saturday) == dt.datetime(2027, 3, 29, 5, tzinfo=dt.UTC)
    early = dt.datetime(2027, 3, 29, 4, 59, tzinfo=dt.UTC)
    assert mail_due(DAILY, early) == mail_due(WEEKLY, early) == dt.datetime(2027, 3, 29, 5, tzinfo=dt.UTC)


def test_the_defaults_are_calm(world: World) -> None:
    with world.scope(world.yara) as scope:
        chosen = choosing.get_choice(scope, KINDS)
    assert chosen.rhythms[COMMENT.code] == chosen.rhythms[SHARED.code] == DAILY
    assert {chosen.rhythms[code] for code in ("coach", "circle", "cohort")} == {NOW}
    assert not chosen.look_back and chosen.paused_until is None


def test_a_mail_program_is_offered_a_button_that_stops_it(world: World, settings: Settings) -> None:
    share(world, world.write(), "coach")
    with serving(MailServer()) as server:
        address = "https://portfolio.een-lange-naam.voorbeeldschool.example"
        sending = replace(settings, smtp_url=server.url, base_url=address)
        [mail] = mails_to(world.database, sending, world.ruben, until=tomorrow_at(8))
        run_pending(world.database, sending)
        [message] = server.taken
        raw = (server.envelopes[0].original_content or b"").decode()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{address}/news/stop/" in message["List-Unsubscribe"]
    assert f"List-Unsubscribe:\r\n {message['List-Unsubscribe'].strip()}\r\n" in raw, "one address in one piece"
    assert "=?utf-8" not in raw
    with world.database.read() as session:
        sent = session.get_one(Mail, mail.id)
        assert sent.sent_at is not None and sent.unsubscribe == ""
