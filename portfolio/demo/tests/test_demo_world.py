"""What stands in the demo world once it is loaded: enough to look at, and whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.clock import SchoolYear, day_of
from portfolio.demo.days import Days
from portfolio.demo.tests.looking import NINE, entries_of, members, person
from portfolio.demo.texts import read_world
from portfolio.entries.kinds import sha256_of
from portfolio.entries.models import (
    Attachment,
    Comment,
    Entry,
    Link,
    Portfolio,
    Rendered,
    Revision,
    StateChange,
)
from portfolio.files import FolderStore
from portfolio.markdown import RENDERER_VERSION
from portfolio.people.agreements import AGREEMENTS
from portfolio.people.models import (
    Agreement,
    BoardRole,
    Circle,
    Cohort,
    CohortMember,
    Person,
    School,
    SchoolRole,
    Switch,
    Trio,
    TrioMember,
)
from portfolio.people.passwords import password_matches
from portfolio.plugins import SECTIONS, Registry
from portfolio.testing import PASSWORD


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
    assert min(kinds[name] for name in ("goal", "evidence", "reflection")) >= 15
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
    assert {link.type for link in links} >= {"shows", "looks_back_on", "continues", "splits_from", "replaces"}
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
            assert (revision.from_on, revision.until_on) == (entry.from_on, entry.until_on)
            assert kind.validate(revision.content) == revision.content
            assert revision.sha256 == sha256_of(
                entry.title, entry.happened_on, entry.from_on, entry.until_on, revision.content, kind.version
            )
            assert html[revision.id].renderer == RENDERER_VERSION
            assert html[revision.id].html == kind.html(revision.content)
            assert html[revision.id].html or not revision.content or entry.plugin not in SECTIONS


def test_texts_that_changed_can_be_read_as_they_were(seen: Session) -> None:
    def contents(title: str) -> list[dict[str, Any]]:
        statement = select(Revision.content).join(Entry).where(Entry.title == title).order_by(Revision.number)
        return list(seen.scalars(statement))

    first, last = contents("Niet als eerste mijn hand opsteken")
    assert first["first_step"] == "Ik neem me voor om niet zo snel te reageren."
    assert last["first_step"].startswith("In het maandagoverleg leg ik mijn handen")
    assert first["why"] == last["why"] and last["look_back_on"].endswith("-04-15")
    days = Days(clock.today())
    for text in read_world().texts:
        found = contents(text.title)
        saves = sorted({days.day(earlier) for earlier in text.revisions})
        assert len(found) == 1 + len(saves), text.key
        for earlier in text.revisions:
            place = saves.index(days.day(earlier))
            before, after = ({**one, **one.get("steps", {})}[earlier.field] for one in found[place : place + 2])
            assert before == earlier.text != after, text.key


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
        ("hanne", "leader"),
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


def test_what_is_on_in_the_cohort_has_no_gap_and_says_what_is_arranged(seen: Session) -> None:
    switches: dict[str, list[Switch]] = {}
    for one in seen.scalars(select(Switch).order_by(Switch.since)):
        switches.setdefault(one.plugin, []).append(one)
    for plugin, found in switches.items():
        first, now = found
        assert first.chain == now.chain and first.until == now.since and now.running(clock.today())
        days = [entry.happened_on for entry in seen.scalars(select(Entry).where(Entry.plugin == plugin))]
        assert min(days) > first.since
    assert {entry.plugin for entry in seen.scalars(select(Entry))} - set(SECTIONS) == set(switches)
    arranged = seen.scalars(select(Agreement)).all()
    assert {one.what for one in arranged} == set(AGREEMENTS)
    follows = [one for one in arranged if not one.reference]
    assert len(follows) == 1 and all(one.day >= clock.today() for one in follows)


def test_without_a_plugin_the_rest_is_told(registry: Registry) -> None:
    whole = read_world()
    without, withal = whole.where(SECTIONS), whole.where(registry.plugins)
    assert withal == whole, "every plugin that is named is there"
    assert not without.switches and {registry.owner_of[text.kind] for text in without.texts} == set(SECTIONS)
    assert len(whole.texts) - len(without.texts) == len([text for text in whole.texts if text.plugin]) > 8


def test_who_takes_part_forms_a_trio(seen: Session) -> None:
    trio = seen.scalars(select(Trio)).one()
    names = select(Person.name).join(CohortMember).join(TrioMember).where(TrioMember.trio_id == trio.id)
    assert sorted(seen.scalars(names)) == ["Fenna Voorbeeld", "Idris Verzonnen", "Lotte Proefstra"]
    assert trio.since == max(seen.scalars(select(CohortMember.since))) and trio.until is None


def test_pictures_lie_in_the_store_and_are_open_to_readers(seen: Session, demo_store: FolderStore) -> None:
    files = seen.scalars(select(Attachment)).all()
    assert len(files) == sum(bool(text.picture) for text in read_world().texts) >= 4
    for file in files:
        assert len(demo_store.get(file.id.hex)) == file.size
        assert file.pupils == "no" and file.alt and file.filename.endswith(".jpg")
