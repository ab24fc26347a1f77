"""News inside the portfolio: who finds what, for as long as they may see it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from portfolio import clock
from portfolio.entries import commenting, sharing
from portfolio.entries.bin import bin_entry
from portfolio.entries.tests.entries_world import World, address, browser, later
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices.kinds import COACH, SHARED
from portfolio.notices.models import Notice
from portfolio.notices.reading import list_news
from portfolio.notices.telling import notify
from portfolio.notices.tests.news_world import notices_of, read_news, say, share, texts
from portfolio.people import circles, coaching
from portfolio.people.closing import close_account
from portfolio.people.models import CircleMember, Coaching
from portfolio.sections.goals.kinds import Goal
from portfolio.settings import Settings
from portfolio.testing import make_leadership, open_scope_for

pytestmark = pytest.mark.usefixtures("_in_english")
RUBEN, FENNA = "Ruben Voorbeeld", "Fenna Voorbeeld"
DOT = "there is something new"


def test_each_finds_what_concerns_them_and_reading_it_makes_it_old(world: World, app: Any) -> None:
    entry = world.write("Ruimte maken")
    share(world, entry, "coach")
    share(world, entry, "circle")
    assert texts(read_news(app, world.ruben)) == [f"{FENNA} shares “Ruimte maken” with you"]
    thread = say(world, world.ruben, entry)
    assert browser(app, world.fenna).get("/news?page=7").status_code == 200
    assert DOT in browser(app, world.fenna).get("/bin").text
    [line] = read_news(app, world.fenna)
    assert texts([line]) == [f"{RUBEN} wrote about “Ruimte maken”"] and " new " in line
    assert DOT not in browser(app, world.fenna).get("/bin").text
    assert [" new " in line for line in read_news(app, world.fenna)] == [False]
    with world.scope(world.fenna) as scope:
        commenting.reply(scope, entry, thread, "Daarom.")
    assert texts(read_news(app, world.ruben))[0] == f"{FENNA} answered about “Ruimte maken”"
    assert world.edit(entry, "Ruimte geven", 1)
    for person in (world.ruben, world.idris, world.lotte):
        assert texts(read_news(app, person))[0] == f"{FENNA} changed “Ruimte geven”"
    for person in (world.hanne, world.yara, world.daan):
        assert read_news(app, person) == []
    assert DOT not in browser(app, world.hanne).get("/bin").text


def test_whoever_a_share_is_for_is_told_and_nobody_who_left(world: World) -> None:
    entry = world.write("Ruimte maken")
    with world.database.write() as session:
        hers = CircleMember.person_id == world.lotte.id
        session.execute(update(CircleMember).where(hers).values(until=clock.today()))
    share(world, entry, "coach")
    share(world, entry, "circle")
    assert len(notices_of(world.database, world.idris)) == 1, "in the circle"
    for how, person in (("", world.yara), (f"person:{world.idris.id}", world.idris)):
        with world.scope(world.fenna) as scope:
            sharing.share_entry(scope, entry, Goal, how, None, "" if how else str(person.email))
    told = [world.ruben, world.idris, world.yara]
    for person in (*told, world.lotte, world.fenna, world.hanne):
        assert [one.kind for one in notices_of(world.database, person)] == [SHARED.code] * (person in told), person.name
    other = world.write("Ander")
    with world.scope(world.fenna) as scope:
        sharing.share_entry(scope, other, Goal, f"person:{world.idris.id}", None)
    assert len(notices_of(world.database, world.idris)) == 2


def test_the_line_leads_to_the_thing_and_seeing_that_makes_it_old(world: World, app: Any) -> None:
    entry = world.write()
    share(world, entry, "coach")
    say(world, world.ruben, entry)
    fenna = browser(app, world.fenna)
    page = fenna.get("/news")
    with world.database.write() as session:  # as if the page had not been looked at
        session.execute(update(Notice).values(read_at=None))
    assert f'href="{address(world, entry)}#comments"' in page.text
    assert DOT in fenna.get("/bin").text
    assert DOT not in fenna.get(address(world, entry)).text
    assert DOT not in fenna.get("/bin").text


def test_what_may_not_be_seen_any_more_is_gone_without_a_trace(world: World, app: Any) -> None:
    entry = world.write("Kanarie")
    shared = share(world, entry, "coach")
    with world.scope(world.fenna) as scope:
        sharing.end_share(scope, entry, shared)
    ruben = browser(app, world.ruben)
    assert DOT not in ruben.get("/bin").text
    page = ruben.get("/news").text
    assert "Kanarie" not in page and "Fenna" not in page
    assert len(notices_of(world.database, world.ruben)) == 1, "the row is there, so the rules left it out"
    share(world, entry, "coach")
    say(world, world.ruben, entry)
    assert texts(read_news(app, world.ruben)) == [f"{FENNA} shares “Kanarie” with you"]
    with world.scope(world.fenna) as scope:
        bin_entry(scope, entry)
    assert read_news(app, world.ruben) == []
    assert read_news(app, world.fenna) == [], "nor does she find what was said about it"


def test_a_comment_that_is_taken_back_is_no_news(world: World, app: Any) -> None:
    entry = world.write()
    share(world, entry, "coach")
    first, second = say(world, world.ruben, entry, "Een"), say(world, world.ruben, entry, "Twee")
    for comment, left in ((second, 1), (first, 0)):
        with world.scope(world.ruben) as scope:
            commenting.take_back(scope, entry, comment)
        with world.scope(world.fenna) as scope:
            assert len(list_news(scope, {})[0]) == left


def test_the_wall_stands_before_news_too(world: World, app: Any) -> None:
    """A coach who becomes the leader finds nothing of what was: not the text, not the answer, not the name."""
    entry = world.write("Kanarie")
    share(world, entry, "coach")
    own = world.write("Van Ruben", by=world.ruben)
    with world.scope(world.ruben) as scope:
        sharing.share_entry(scope, own, Goal, "", None, world.fenna.email or "")
    say(world, world.fenna, own, "Mooi")
    assert len(notices_of(world.database, world.ruben)) == 2
    assert DOT in browser(app, world.ruben).get("/bin").text
    with world.database.write() as session:
        make_leadership(session, world.ruben, world.fenna, school=world.school)
    assert DOT not in browser(app, world.ruben).get("/bin").text
    page = browser(app, world.ruben).get("/news").text
    assert "Kanarie" not in page and "Fenna" not in page
    assert read_news(app, world.ruben) == []


def test_a_question_is_news_until_it_is_answered(world: World, app: Any) -> None:
    with world.scope(world.fenna) as scope:
        circles.invite(scope, world.circle.id, None, world.yara.email or "")
    page = browser(app, world.yara).get("/news").text
    assert "There is a question for you" in page
    assert "Buitenspiegel" not in page and "Fenna" not in page
    with world.database.write() as session:
        yara = open_scope_for(session, world.yara)
        [asked] = circles.list_mine(yara)[1]
        circles.decline(yara, asked.id)
    assert read_news(app, world.yara) == []
    assert notices_of(world.database, world.yara) == [], "it went with the invitation"
    with world.database.write() as session:
        proposed = Coaching(coach_id=world.yara.id, teacher_id=world.idris.id, since=clock.today())
        session.add(proposed)
        session.flush()
        notify(open_scope_for(session, world.hanne), COACH, [world.idris.id], coaching_id=proposed.id)
    assert texts(read_news(app, world.idris)) == ["Your school proposes a coach to you"]
    with world.scope(world.idris) as scope:
        coaching.accept(scope, proposed.id)
    assert read_news(app, world.idris) == []


def test_a_burst_is_one_line_that_comes_to_the_top(world: World, app: Any) -> None:
    one, other = world.write("Een"), world.write("Ander")
    for entry in (one, other):
        share(world, entry, "coach", now=later(minutes=-90))
    for minute in range(60, 0, -10):
        assert world.edit(one, f"Een {minute}", 7 - minute // 10, now=later(minutes=-minute))
    say(world, world.ruben, one, "Een"), say(world, world.ruben, one, "Twee")
    assert texts(read_news(app, world.ruben)) == [
        f"{FENNA} changed “Een 10”", *[f"{FENNA} shares “{title}” with you" for title in ("Ander", "Een 10")],
    ]  # fmt: skip
    assert texts(read_news(app, world.fenna)) == [f"{RUBEN} wrote about “Een 10”"]


def test_an_erased_account_takes_its_news_along_and_its_name(world: World, app: Any) -> None:
    entry = world.write()
    share(world, entry, "coach")
    say(world, world.ruben, entry)
    with world.database.write() as session:
        close_account(session, app.registry, world.ruben.id, clock.now(), clock.today(), comments_too=False)
    assert notices_of(world.database, world.ruben) == []
    assert texts(read_news(app, world.fenna)) == ["Somebody wrote about “Ruimte maken”"]


def test_news_goes_three_months_after_it_was_read(world: World, app: Any, settings: Settings) -> None:
    load_handlers()
    entry = world.write()
    share(world, entry, "coach")
    share(world, entry, "circle")
    read_news(app, world.ruben)
    day = dt.timedelta(days=1)
    for days, left in ((88, (1, 1)), (92, (0, 1)), (366, (0, 0))):
        run_pending(world.database, settings, until=clock.now() + days * day)
        assert tuple(len(notices_of(world.database, one)) for one in (world.ruben, world.idris)) == left
