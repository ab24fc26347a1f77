"""Who sees what of the demo world, what they said about it, and that nobody sees what isn't meant for them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.access import READ, VISIBLE, parameters
from portfolio.clock import day_of
from portfolio.demo.days import Days
from portfolio.demo.tests.looking import NINE, entries_of, members, person
from portfolio.demo.texts import When, read_world
from portfolio.entries.beside import list_beside
from portfolio.entries.commenting import list_comments, readable_text
from portfolio.entries.models import (
    Comment,
    Entry,
    Portfolio,
    Reading,
    Revision,
    Share,
)
from portfolio.entries.reading import get_entry
from portfolio.markdown import RENDERER_VERSION
from portfolio.people.models import (
    Circle,
    Coaching,
    Leadership,
    Person,
)
from portfolio.plugins import SECTIONS
from portfolio.testing import open_scope_for


def titles_visible_to(session: Session, key: str) -> set[str]:
    installed = {switched.plugin for switched in read_world().switches}
    scope = open_scope_for(session, person(session, key), installed=installed)
    found = session.scalars(select(Entry.title).where(Entry.id.in_(VISIBLE[READ])), parameters(scope)).all()
    assert len(set(found)) == len(found)
    return set(found)


def pairs(session: Session, statement: Any) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in session.execute(statement)}


def reach(session: Session, share: Share, author: Any) -> set[Any]:
    """The persons a share is made for."""
    if share.coaching_id:
        coaching = session.get_one(Coaching, share.coaching_id)
        assert coaching.teacher_id == author and coaching.accepted_at and coaching.since <= share.since
        return {coaching.coach_id}
    if share.circle_id:
        assert author in members(session, share.circle_id)
        return members(session, share.circle_id) - {author}
    return {share.person_id}


def test_nobody_shares_with_their_leader_or_sits_in_a_circle_with_them(seen: Session) -> None:
    walls = pairs(seen, select(Leadership.leader_id, Leadership.teacher_id))
    authors = dict(pairs(seen, select(Entry.id, Entry.author_id)))
    plugins = dict(pairs(seen, select(Entry.id, Entry.plugin)))
    shares = seen.scalars(select(Share)).all()
    assert Counter(
        "coaching" if share.coaching_id else "circle" if share.circle_id else "person" for share in shares
    ).keys() == {"coaching", "circle", "person"}
    for share in shares:
        author = authors[share.entry_id]
        reached = reach(seen, share, author)
        assert author not in reached
        assert not {(reader, author) for reader in reached} & walls
        assert share.since == day_of(share.shared_at)
        assert (share.chain is None) is (plugins[share.entry_id] in SECTIONS)
    for circle in seen.scalars(select(Circle.id)):
        inside = members(seen, circle)
        assert not {(one, other) for one in inside for other in inside} & walls


def test_who_commented_could_read_it_that_day_and_the_access_log_says_so(seen: Session) -> None:
    entries = {entry.id: entry for entry in seen.scalars(select(Entry))}
    shares = defaultdict(list)
    for share in seen.scalars(select(Share)):
        shares[share.entry_id].append(share)
    log = pairs(seen, select(Reading.entry_id, Reading.reader_id, Reading.day))
    kept_since = clock.today() - dt.timedelta(days=365)
    assert len(log) > 10 and min(day for _entry, _reader, day in log) >= kept_since

    def could_read(entry: Entry, reader: Any, day: dt.date) -> bool:
        return any(
            share.since <= day and (share.until is None or day < share.until)
            for share in shares[entry.id]
            if reader in reach(seen, share, entry.author_id)
        )

    for comment in seen.scalars(select(Comment)):
        entry, day = entries[comment.entry_id], day_of(comment.written_at)
        if comment.author_id != entry.author_id:
            assert could_read(entry, comment.author_id, day), (entry.title, comment.body)
            assert day < kept_since or (entry.id, comment.author_id, day) in log
    for entry_id, reader, day in log:
        assert could_read(entries[entry_id], reader, day)


def test_a_comment_is_about_the_text_of_its_moment_and_its_quote_stands_there(seen: Session) -> None:
    revisions = {revision.id: revision for revision in seen.scalars(select(Revision))}
    comments = {comment.id: comment for comment in seen.scalars(select(Comment))}
    assert {comment.kind for comment in comments.values()} >= {"", "question", "mirror", "encouragement"}
    about_earlier, misplaced = 0, set()
    for comment in comments.values():
        about = revisions[comment.revision_id]  # type: ignore[index]
        of_entry = [one for one in revisions.values() if one.entry_id == comment.entry_id]
        by_then = [one for one in of_entry if one.created_at <= comment.written_at]
        assert about is max(by_then, key=lambda one: one.number)
        about_earlier += about.number < len(of_entry)
        text = readable_text(cast(Any, SimpleNamespace(title=about.title, content=about.content)))
        if comment.quote not in text:
            misplaced.add(comment.quote)
        assert comment.read_at is None or comment.read_at > comment.written_at
        if comment.reply_to is not None:
            thread = comments[comment.reply_to]
            assert thread.reply_to is None and thread.entry_id == comment.entry_id
            assert thread.written_at < comment.written_at and not comment.kind
    assert not misplaced
    assert about_earlier >= 3, "some comments are about an earlier text"
    assert any(comment.read_at is None and comment.kind for comment in comments.values()), "some are still unread"


def test_the_leader_sees_nothing_but_her_own_and_what_she_and_a_teacher_have_together(seen: Session) -> None:
    joint = seen.scalars(select(Portfolio.id).where(Portfolio.kind == "joint")).one()
    together = {entry.title for entry in seen.scalars(select(Entry).where(Entry.portfolio_id == joint))}
    own = {entry.title for entry in entries_of(seen, "hanne") if entry.portfolio_id != joint}
    closed = {"Ontwikkelgesprek in mei, mijn deel", "Verslag van ons gesprek in mei", "Voortgangsgesprek, mijn deel"}
    assert closed < together, "of a teacher's: closed again, settled since, and not released yet"
    assert titles_visible_to(seen, "hanne") == (own | together) - closed and len(together) > 5
    settled = {"Aanvulling op ons gesprek in mei"}  # which she reads as it was settled
    assert titles_visible_to(seen, "fenna") >= together - settled
    for other in set(NINE) - {"hanne"}:
        assert not titles_visible_to(seen, other) & own
    for other in set(NINE) - {"hanne", "fenna"}:
        assert not titles_visible_to(seen, other) & together


@pytest.mark.parametrize("key", ["ruben", "yara", "idris", "mirjam", "otto"])
def test_others_see_their_own_and_what_is_shared_with_them_today(seen: Session, key: str) -> None:
    world, days = read_world(), Days(clock.today())
    mine = {f"circle:{circle.key}" for circle in world.circles if key in circle.members} | {key}
    expected = {text.title for text in world.texts if text.author == key}
    ended = set()
    for text in world.texts:
        if f"circle:{text.circle}" in mine:
            expected.add(text.title)
        for share in text.shares:
            if share.with_ in mine:
                last = None if share.until_year is None else days.day(When(share.until_year, share.until_day))
                (expected if last is None or last >= days.today else ended).add(text.title)
    assert titles_visible_to(seen, key) == expected
    if key == "ruben":
        assert ended - expected and len(expected) > 4
    if key in ("mirjam", "otto"):
        assert expected == {entry.title for entry in entries_of(seen, key)}


def test_a_coach_opens_a_shared_text_with_his_own_thread_and_the_owner_sees_all(seen: Session) -> None:
    entry_id = seen.scalars(
        select(Share.entry_id).join(Comment, Comment.entry_id == Share.entry_id).where(
            Share.coaching_id.is_not(None),
            Share.running(clock.today()),
            Comment.author_id == person(seen, "ruben").id,
            Comment.read_at.is_(None),
            Comment.kind != "",
        )
    ).first()
    assert entry_id is not None
    coach = open_scope_for(seen, person(seen, "ruben"))
    entry = get_entry(coach, entry_id)
    assert entry.answer.reason == "shared_with_coach" and entry.html and entry.renderer == RENDERER_VERSION
    assert [said.author for said in list_comments(coach, entry)] == ["Ruben Denkbeeld"]
    owner = seen.get_one(Person, entry.author_id)
    own = get_entry(open_scope_for(seen, owner), entry_id)
    assert own.mine and "Ruben Denkbeeld" in [reader.name for reader in own.readers if reader.reaches]
    theirs, *_rest = list_beside(coach, entry)
    assert theirs == list_beside(open_scope_for(seen, owner), own)[0]
