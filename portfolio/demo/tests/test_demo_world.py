"""What stands in the demo world once it is loaded: enough to look at, whole, and seen by nobody it isn't meant for."""

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
from portfolio.clock import SchoolYear, day_of
from portfolio.demo.days import Days
from portfolio.demo.texts import When, read_world
from portfolio.entries.attaching import list_files
from portfolio.entries.commenting import list_comments, readable_text
from portfolio.entries.kinds import sha256_of
from portfolio.entries.models import (
    Attachment,
    Comment,
    Entry,
    Link,
    Portfolio,
    Reading,
    Rendered,
    Revision,
    Share,
    StateChange,
)
from portfolio.entries.reading import get_entry
from portfolio.files import FolderStore
from portfolio.markdown import RENDERER_VERSION
from portfolio.people.models import (
    BoardRole,
    Circle,
    CircleMember,
    Coaching,
    Cohort,
    CohortMember,
    Leadership,
    Person,
    School,
    SchoolRole,
)
from portfolio.people.passwords import password_matches
from portfolio.plugins import Registry
from portfolio.testing import PASSWORD, open_scope_for

NINE = ("fenna", "idris", "lotte", "hanne", "ruben", "yara", "daan", "mirjam", "otto")


def person(session: Session, key: str) -> Person:
    return session.scalars(select(Person).where(Person.email == f"{key}@example.org")).one()


def entries_of(session: Session, key: str) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.author_id == person(session, key).id)))


def titles_visible_to(session: Session, key: str) -> set[str]:
    scope = open_scope_for(session, person(session, key))
    found = session.scalars(select(Entry.title).where(Entry.id.in_(VISIBLE[READ])), parameters(scope)).all()
    assert len(set(found)) == len(found)
    return set(found)


def members(session: Session, circle_id: Any) -> set[Any]:
    return set(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == circle_id)))


def test_each_of_the_nine_has_an_account_that_was_used_and_a_portfolio(seen: Session) -> None:
    found = {one.email: one for one in seen.scalars(select(Person))}
    assert set(found) == {f"{key}@example.org" for key in NINE}
    hashes = {one.password_hash for one in found.values()}
    assert len(hashes) == 1 and password_matches(hashes.pop(), PASSWORD)
    own = set(seen.scalars(select(Portfolio.person_id).where(Portfolio.kind == "person")))
    for one in found.values():
        assert one.id in own
        assert one.created_at < cast(dt.datetime, one.used_at) <= cast(dt.datetime, one.last_seen_at)
    for entry in seen.scalars(select(Entry)):
        assert entry.created_at > next(one for one in found.values() if one.id == entry.author_id).created_at


def test_everybody_has_something_and_fenna_six_years(seen: Session) -> None:
    for key in NINE:
        assert len(entries_of(seen, key)) >= 2, key
    own = entries_of(seen, "fenna")
    kinds = Counter(entry.kind for entry in own)
    assert len(own) >= 60
    assert set(kinds) == {"goal", "evidence", "reflection"} and min(kinds.values()) >= 15
    years = Counter(SchoolYear.of(entry.happened_on) for entry in own)
    assert len(years) == 6
    quiet, next_quiet = sorted(years.values())[:2]
    assert quiet <= next_quiet / 2, "one quiet year"
    threads = seen.scalars(
        select(Comment.id).join(Entry).where(Entry.author_id == own[0].author_id, Comment.reply_to.is_(None))
    ).all()
    assert len(threads) >= 12


def test_fenna_has_four_lines_of_goals_of_three_or_more(seen: Session) -> None:
    own = {entry.id for entry in entries_of(seen, "fenna")}
    line = {one: {one} for one in own}
    for link in seen.scalars(select(Link).where(Link.type.in_(("continues", "splits_from", "replaces")))):
        if link.from_id in own:
            joined = line[link.from_id] | line[link.to_id]
            for one in joined:
                line[one] = joined
    assert len({frozenset(found) for found in line.values() if len(found) >= 3}) >= 4


def test_every_link_leads_from_a_later_text_to_an_earlier_one_of_the_same_author(seen: Session) -> None:
    entries = {entry.id: entry for entry in seen.scalars(select(Entry))}
    links = seen.scalars(select(Link)).all()
    assert {link.type for link in links} == {"shows", "looks_back_on", "continues", "splits_from", "replaces"}
    for link in links:
        later, earlier = entries[link.from_id], entries[link.to_id]
        assert later.author_id == earlier.author_id
        assert later.created_at > earlier.created_at, (later.title, earlier.title)
        assert link.created_at >= later.created_at


def test_every_entry_has_its_texts_in_order_the_current_one_last_and_all_rendered(
    seen: Session, registry: Registry
) -> None:
    texts = defaultdict(list)
    for revision in seen.scalars(select(Revision).order_by(Revision.entry_id, Revision.number)):
        texts[revision.entry_id].append(revision)
    html = {row.revision_id: row for row in seen.scalars(select(Rendered))}
    assert len(html) == sum(map(len, texts.values()))
    for entry in seen.scalars(select(Entry)):
        kind, found = registry.kinds[entry.kind], texts[entry.id]
        assert [revision.number for revision in found] == list(range(1, entry.number + 1))
        assert [revision.created_at for revision in found] == sorted(revision.created_at for revision in found)
        assert entry.plugin == registry.owner_of[entry.kind]
        assert found[0].created_at == entry.created_at and entry.updated_at >= found[-1].created_at
        assert day_of(entry.created_at) == entry.happened_on
        assert len({revision.sha256 for revision in found}) == len(found), "a save that changed nothing"
        for revision in found:
            assert (revision.title, revision.happened_on) == (entry.title, entry.happened_on)
            assert kind.validate(revision.content) == revision.content
            assert revision.sha256 == sha256_of(
                revision.title, revision.happened_on, None, None, revision.content, kind.version
            )
            assert html[revision.id].renderer == RENDERER_VERSION
            assert html[revision.id].html == kind.html(revision.content) != {}


def test_texts_that_changed_can_be_read_as_they_were(seen: Session) -> None:
    def contents(title: str) -> list[dict[str, Any]]:
        statement = select(Revision.content).join(Entry).where(Entry.title == title).order_by(Revision.number)
        return list(seen.scalars(statement))

    first, last = contents("Niet als eerste mijn hand opsteken")
    assert first["first_step"] == "Ik neem me voor om niet zo snel te reageren."
    assert last["first_step"].startswith("In het maandagoverleg leg ik mijn handen")
    assert first["why"] == last["why"] and last["look_back_on"].endswith("-04-15")
    one_save = [text for text in read_world().texts if len(text.revisions) == 2 and text.key == "f-te-snel"][0]
    first, last = contents(one_save.title)
    assert {step for step in last["steps"] if first["steps"][step] != last["steps"][step]} == {
        "looking_back",
        "awareness",
    }
    assert len(contents(next(text.title for text in read_world().texts if text.key == "f-hardop"))) == 3


def test_states_follow_each_other_up_to_the_current_one(seen: Session) -> None:
    turns = defaultdict(list)
    for turn in seen.scalars(select(StateChange).order_by(StateChange.at)):
        turns[turn.entry_id].append(turn)
    goals = seen.scalars(select(Entry).where(Entry.kind == "goal")).all()
    assert {goal.state for goal in goals} >= {"working", "reached", "let_go"}
    for goal in goals:
        found = turns[goal.id]
        assert found[-1].after == goal.state and goal.updated_at >= found[-1].at
        assert found[0].before in ("", "idea") and found[0].at >= goal.created_at
        for before, after in zip(found, found[1:], strict=False):
            assert before.after == after.before
        assert all(turn.before != turn.after and turn.reason and turn.happened_on == day_of(turn.at) for turn in found)


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
    walls = set(seen.execute(select(Leadership.leader_id, Leadership.teacher_id)).tuples())
    authors = dict(seen.execute(select(Entry.id, Entry.author_id)).tuples())
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
    for circle in seen.scalars(select(Circle.id)):
        inside = members(seen, circle)
        assert not {(one, other) for one in inside for other in inside} & walls


def test_who_commented_could_read_it_that_day_and_the_access_log_says_so(seen: Session) -> None:
    entries = {entry.id: entry for entry in seen.scalars(select(Entry))}
    shares = defaultdict(list)
    for share in seen.scalars(select(Share)):
        shares[share.entry_id].append(share)
    log = set(seen.execute(select(Reading.entry_id, Reading.reader_id, Reading.day)).tuples())
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
    about_earlier = 0
    for comment in comments.values():
        about = revisions[comment.revision_id]  # type: ignore[index]
        of_entry = [one for one in revisions.values() if one.entry_id == comment.entry_id]
        current_then = max((one for one in of_entry if one.created_at <= comment.written_at), key=lambda one: one.number)
        assert about is current_then
        about_earlier += about.number < len(of_entry)
        text = readable_text(cast(Any, SimpleNamespace(title=about.title, content=about.content)))
        assert comment.quote in text, comment.quote
        assert comment.read_at is None or comment.read_at > comment.written_at
        if comment.reply_to is not None:
            thread = comments[comment.reply_to]
            assert thread.reply_to is None and thread.entry_id == comment.entry_id
            assert thread.written_at < comment.written_at and not comment.kind
    assert about_earlier >= 3, "some comments are about an earlier text"
    assert any(comment.read_at is None and comment.kind for comment in comments.values()), "some are still unread"


def test_the_leader_sees_nothing_but_her_own(seen: Session) -> None:
    assert titles_visible_to(seen, "hanne") == {entry.title for entry in entries_of(seen, "hanne")}
    own = [entry.title for entry in entries_of(seen, "hanne")]
    for other in set(NINE) - {"hanne"}:
        assert not titles_visible_to(seen, other) & set(own)


@pytest.mark.parametrize("key", ["ruben", "yara", "idris", "mirjam", "otto"])
def test_others_see_their_own_and_what_is_shared_with_them_today(seen: Session, key: str) -> None:
    world, days = read_world(), Days(clock.today())
    mine = {f"circle:{circle.key}" for circle in world.circles if key in circle.members} | {key}
    expected = {text.title for text in world.texts if text.author == key}
    ended = set()
    for text in world.texts:
        for share in text.shares:
            if share.with_ in mine:
                last = None if share.until_year is None else days.day(When(share.until_year, share.until_day))
                (expected if last is None or last >= days.today else ended).add(text.title)
    assert titles_visible_to(seen, key) == expected
    if key == "ruben":
        assert ended - expected and len(expected) > 4
    if key in ("mirjam", "otto"):
        assert expected == {entry.title for entry in entries_of(seen, key)}


def test_schools_boards_roles_and_the_cohort_stand(seen: Session) -> None:
    assert len(seen.scalars(select(School)).all()) == 4
    roles = {
        (one.partition("@")[0], role): school
        for one, role, school in seen.execute(
            select(Person.email, SchoolRole.role, School.name).join_from(SchoolRole, Person).join(School)
        )
    }
    assert set(roles) == {
        *((key, "teacher") for key in ("fenna", "idris", "lotte", "yara", "daan")),
        ("ruben", "coach"),
        ("mirjam", "administrator"),
    }
    assert roles["mirjam", "administrator"] == roles["fenna", "teacher"] == "Lyceum De Papieren Brug"
    otto = seen.scalars(select(BoardRole)).one()
    assert otto.person_id == person(seen, "otto").id
    assert otto.board_id == seen.scalars(select(School.board_id).where(School.name.like("%Papieren Brug"))).one()
    assert seen.scalars(select(Cohort.name)).all() == ["Delen van leiderschap"]
    assert set(seen.scalars(select(CohortMember.person_id))) == {
        person(seen, key).id for key in ("fenna", "idris", "lotte")
    }
    for circle in seen.scalars(select(Circle)):
        assert seen.scalars(select(Portfolio.kind).where(Portfolio.circle_id == circle.id)).one() == "circle"
        assert len(members(seen, circle.id)) == 3


def test_pictures_lie_in_the_store_and_are_open_to_readers(seen: Session, demo_store: FolderStore) -> None:
    files = seen.scalars(select(Attachment)).all()
    assert len(files) == sum(bool(text.picture) for text in read_world().texts) >= 4
    for file in files:
        assert len(demo_store.get(file.id.hex)) == file.size
        assert file.pupils == "no" and file.alt and file.filename.endswith(".jpg")


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
    assert list_files(coach, entry) == list_files(open_scope_for(seen, owner), own)
