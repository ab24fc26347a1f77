"""Writing: what a save makes, what an edit refuses, and that two people can't overwrite each other unseen."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries import writing
from portfolio.entries.beside import list_beside
from portfolio.entries.bin import bin_entry
from portfolio.entries.models import Attachment, Rendered, Revision, StateChange
from portfolio.entries.presenting import facts_of
from portfolio.entries.reading import get_entry
from portfolio.entries.tests.entries_world import World, draft, later, make_world
from portfolio.errors import Conflict, NotAllowed, NotVisible, Refused
from portfolio.markdown import RENDERER_VERSION
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.testing import make_share, open_scope_for


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _count(world: World, what: Any, entry: uuid.UUID) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(what).where(what.entry_id == entry)))


def test_a_new_entry_has_one_revision_its_first_state_and_no_reader(world: World) -> None:
    entry = world.write("Ruimte maken", why="Omdat *het* moet")
    with world.scope(world.fenna) as scope:
        found = get_entry(scope, entry)
    assert (found.title, found.number, found.state, found.mine) == ("Ruimte maken", 1, "idea", True)
    assert found.content["why"] == "Omdat *het* moet"
    assert found.readers == ()
    assert _count(world, Revision, entry) == 1
    for other in (world.idris, world.ruben, world.hanne, world.yara, world.daan):
        with world.scope(other) as scope, pytest.raises(NotVisible):
            get_entry(scope, entry)


def test_an_edit_makes_a_new_revision_and_keeps_the_first(world: World) -> None:
    entry = world.write("Ruimte maken", why="eerst")
    assert world.edit(entry, "Ruimte maken", 1, why="daarna")
    with world.scope(world.fenna) as scope:
        assert (get_entry(scope, entry).number, get_entry(scope, entry).content["why"]) == (2, "daarna")
    with world.database.read() as session:
        texts = session.execute(
            select(Revision.number, Revision.content).where(Revision.entry_id == entry).order_by(Revision.number)
        ).all()
    assert [(number, content["why"]) for number, content in texts] == [(1, "eerst"), (2, "daarna")]


def test_a_save_without_a_difference_makes_no_revision(world: World) -> None:
    entry = world.write("Ruimte maken", why="één\ntwee")
    assert world.edit(entry, "Ruimte maken", 1, why="één\r\ntwee") is False
    assert _count(world, Revision, entry) == 1


def test_only_a_day_that_differs_is_a_difference(world: World) -> None:
    entry = world.write("Ruimte maken")
    assert world.edit(entry, "Ruimte maken", 1, day=dt.date(2026, 3, 3))
    assert _count(world, Revision, entry) == 2


def test_an_edit_of_a_stale_text_is_refused_and_changes_nothing(world: World) -> None:
    entry = world.write("Eerste")
    world.edit(entry, "Tweede", 1)
    with pytest.raises(Conflict) as told:
        world.edit(entry, "Derde", 1)
    assert told.value.current.title == "Tweede"
    with world.scope(world.fenna) as scope:
        assert get_entry(scope, entry).title == "Tweede"
    assert _count(world, Revision, entry) == 2


def test_saving_twice_with_the_same_text_is_no_conflict(world: World) -> None:
    entry = world.write("Eerste")
    assert world.edit(entry, "Tweede", 1) is True
    assert world.edit(entry, "Tweede", 1) is False
    assert _count(world, Revision, entry) == 2


def test_of_saves_at_the_same_time_one_wins_and_the_others_are_told(world: World) -> None:
    entry = world.write("Samen")
    barrier, results = threading.Barrier(4), []

    def save(text: str) -> None:
        with world.database.writing() as session:
            scope = open_scope_for(session, world.fenna) if world.database.dialect == "postgresql" else None
            if scope is not None:
                get_entry(scope, entry)
            barrier.wait()
            scope = scope or open_scope_for(session, world.fenna)
            try:
                writing.edit_entry(scope, entry, Goal, draft(text, seen=1))
                session.commit()
                results.append("saved")
            except Conflict as conflict:
                session.rollback()
                results.append(conflict.current.title)

    threads = [threading.Thread(target=save, args=(f"Tekst {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with world.scope(world.fenna) as scope:
        now = get_entry(scope, entry)
    assert sorted(results) == sorted(["saved", now.title, now.title, now.title])
    assert now.number == 2
    assert _count(world, Revision, entry) == 2


def test_nobody_else_can_edit_not_even_who_reads_it(world: World) -> None:
    entry = world.write("Ruimte maken")
    with world.database.write() as session:
        make_share(session, get_entry(open_scope_for(session, world.fenna), entry), person=world.yara)
    with world.scope(world.yara) as scope, pytest.raises(NotAllowed):
        writing.edit_entry(scope, entry, Goal, draft("Van mij", seen=1))
    with world.scope(world.hanne) as scope, pytest.raises(NotVisible):
        writing.edit_entry(scope, entry, Goal, draft("Van mij", seen=1))


def test_what_is_in_the_bin_takes_no_edit_and_no_state(world: World) -> None:
    entry = world.write("Weg")
    with world.scope(world.fenna) as scope:
        bin_entry(scope, entry)
    with pytest.raises(NotVisible):
        world.edit(entry, "Toch", 1)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        writing.change_state(scope, entry, Goal, "working", "")


def test_content_that_the_kind_does_not_know_is_refused(world: World) -> None:
    with world.scope(world.fenna) as scope, pytest.raises(Refused):
        writing.create_entry(scope, "goals", Goal, draft("Ruimte", unknown="x"))


def test_nothing_can_be_written_where_the_plugin_is_off(world: World) -> None:
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        writing.create_entry(scope, "elders", Goal, draft("Ruimte"))


def test_a_state_is_kept_with_its_reason_and_day_in_order(world: World) -> None:
    entry = world.write("Ruimte maken")
    for state, reason, hours in (("working", "Ik begin.", 1), ("let_go", "  Het past niet.\r\nMeer niet. ", 2)):
        with world.scope(world.fenna, now=later(hours=hours)) as scope:
            writing.change_state(scope, entry, Goal, state, reason)
    with world.scope(world.fenna) as scope:
        assert get_entry(scope, entry).state == "let_go"
        _files, turns, _copies = list_beside(scope, get_entry(scope, entry))
    assert [(turn.before, turn.after, turn.reason) for turn in turns] == [
        ("idea", "working", "Ik begin."),
        ("working", "let_go", "Het past niet.\nMeer niet."),
    ]
    assert turns[0].happened_on == clock.day_of(later(hours=1))


@pytest.mark.parametrize(
    ("kind", "state", "reason", "field"),
    [
        (Goal, "finished", "", "state"),
        (Goal, "", "", "state"),
        (Goal, "idea", "", "state"),
        (Goal, "reached", "x" * (writing.REASON_LENGTH + 1), "reason"),
        (Evidence, "idea", "", "state"),
    ],
)
def test_a_state_that_can_not_be_is_refused_at_its_field(
    world: World, kind: Any, state: str, reason: str, field: str
) -> None:
    entry = world.write("Ruimte", kind)
    with world.scope(world.fenna) as scope:
        before = get_entry(scope, entry).state
        with pytest.raises(Refused) as refused:
            writing.change_state(scope, entry, kind, state, reason)
    assert list(refused.value.errors) == [field]
    with world.scope(world.fenna) as scope:
        assert get_entry(scope, entry).state == before
    assert _count(world, StateChange, entry) == 0


def test_a_reason_of_exactly_the_limit_is_kept(world: World) -> None:
    entry = world.write("Ruimte")
    with world.scope(world.fenna) as scope:
        writing.change_state(scope, entry, Goal, "resting", "x" * writing.REASON_LENGTH)
        _files, (turn,), _copies = list_beside(scope, get_entry(scope, entry))
        assert len(turn.reason) == writing.REASON_LENGTH


def test_markdown_is_rendered_once_on_save_and_stored_with_the_renderers_version(world: World, app: Any) -> None:
    entry = world.write("Ruimte", why="Dit is **belangrijk** <script>")
    with world.scope(world.fenna) as scope:
        found = get_entry(scope, entry)
        assert found.renderer == RENDERER_VERSION
        assert "<strong>belangrijk</strong>" in found.html["why"]
        assert "<script" not in found.html["why"]
        scope.session.execute(update(Rendered).values(html={"why": "<p>zoals bewaard</p>"}))
    with world.scope(world.fenna) as scope, app.test_request_context():
        shown = facts_of(get_entry(scope, entry))
    assert [fact.html for fact in shown if fact.name == "why"] == ["<p>zoals bewaard</p>"]


def test_another_renderers_version_is_rendered_again_when_read_with_its_own_pictures(world: World, app: Any) -> None:
    file = uuid.uuid4()
    entry = world.write("Ruimte", why="begin")
    with world.scope(world.fenna) as scope:
        scope.session.add(
            Attachment(
                id=file,
                entry_id=entry,
                filename="bord.jpg",
                media_type="image/jpeg",
                size=1,
                sha256="",
                pupils="no",
                added_at=scope.now,
            )  # fmt: skip
        )
    world.edit(entry, "Ruimte", 1, why=f"**nu** ![het bord](attachment:{file})")
    with world.scope(world.fenna) as scope:
        stored = get_entry(scope, entry).html["why"]
        assert f"/files/{file}" in stored
        scope.session.execute(update(Rendered).values(renderer=RENDERER_VERSION - 1, html={"why": "<p>oud</p>"}))
    with world.scope(world.fenna) as scope, app.test_request_context():
        opened = get_entry(scope, entry)
        from flask import g

        g.scope = scope
        shown = facts_of(opened)
    assert [fact.html for fact in shown if fact.name == "why"] == [stored]


def test_a_reflection_keeps_the_steps_of_its_method(world: World) -> None:
    entry = world.write("Terug", Reflection, method="korthagen", steps={"a": "wat", "b": "hoe"})
    with world.scope(world.fenna) as scope:
        assert get_entry(scope, entry).content["steps"] == {"a": "wat", "b": "hoe"}
