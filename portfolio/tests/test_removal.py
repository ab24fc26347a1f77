"""A plugin is removed by an operator only when nobody loses what they wrote, and then without a trace."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text, update

from portfolio import clock
from portfolio.clock import now
from portfolio.db import Database
from portfolio.entries.models import Attachment, Entry, LooseFile, Snapshot, SnapshotFile
from portfolio.exchange.archive import Archive
from portfolio.files import FolderStore
from portfolio.notices.models import Notice
from portfolio.people.models import Person, Switch
from portfolio.plugins import Registry, load_registry
from portfolio.removal import RemovalRefused, remove_plugin
from portfolio.testing import count_rows, make_entry, make_joint, make_participant, make_person

GONE = "windroos"


@pytest.fixture
def registry() -> Registry:
    return load_registry(raising=True)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files")


@pytest.fixture
def filled(database: Database) -> Database:
    """Two people wrote with a plugin whose folder is gone; another plugin's name only begins the same."""
    with database.write() as session:
        fenna, lotte = make_participant(session, GONE, "goals"), make_participant(session, GONE, name="Lotte Proefstra")
        make_entry(session, fenna.person, plugin=GONE, kind="wind", title="Zuidwest")
        make_entry(session, fenna.person, plugin=GONE, kind="wind", title="Weggegooid", deleted=True)
        make_entry(session, lotte.person, plugin=GONE, kind="wind", title="Oost")
        kept = make_entry(session, lotte.person, title="Een doel dat blijft")
        for kind in (f"{GONE}.waait", f"{GONE}_groot.waait", "comment"):
            told = {"person_id": fenna.person.id, "kind": kind, "entry_id": kept.id}
            session.add(Notice(bundle=kind, since=now(), at=now(), **told))
        for name in (GONE, f"{GONE}_groot"):
            session.execute(text(f"CREATE TABLE alembic_{name} (version_num VARCHAR(32))"))
            session.execute(text(f"CREATE TABLE {name}_note (words TEXT)"))
    return database


def test_while_there_are_entries_it_is_refused_and_nothing_changes(filled, registry, store):
    with filled.read() as session:
        before = count_rows(session)
    with pytest.raises(RemovalRefused, match="^There are entries written with [a-z_]*. They are their writers'"):
        remove_plugin(filled, registry, store, GONE)
    with filled.read() as session:
        assert count_rows(session) == before


def test_while_its_own_tables_have_rows_it_is_refused_and_no_archive_is_left(filled, registry, store, tmp_path):
    with filled.write() as session:
        session.execute(text(f"INSERT INTO {GONE}_note VALUES ('x')"))
    with pytest.raises(RemovalRefused, match=r"own tables.*--rows-too") as refused:
        remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive")
    assert not re.search(rf"[0-9]|{GONE}_", str(refused.value)), "who runs the server doesn't learn what people do"
    assert not (tmp_path / "archive").exists()
    remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive", rows_too=True)


def test_with_an_archive_everybody_has_theirs_and_all_of_it_goes(filled, registry, store, tmp_path):
    (tmp_path / "archive").mkdir(mode=0o755)
    gone = remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive")
    assert (tmp_path / "archive").stat().st_mode & 0o077 == 0, "nobody else reads whose archives there are"
    assert (gone.held.entries, gone.held.binned, gone.held.authors) == (3, 1, 2)
    assert sorted(map(titles, gone.archives)) == [["Oost"], ["Zuidwest"]], "only of this plugin, and no bin"
    with filled.read() as session:
        assert list(session.scalars(select(Entry.title))) == ["Een doel dat blijft"]
        assert list(session.scalars(select(Switch.plugin))) == ["goals"]
        assert set(session.scalars(select(Notice.kind))) == {f"{GONE}_groot.waait", "comment"}
        left = {name for name in inspect(session.connection()).get_table_names() if GONE in name}
    assert left == {f"{GONE}_groot_note", f"alembic_{GONE}_groot"}, "the other plugin keeps its tables"


def titles(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as opened:
        held: Any = json.loads(opened.read("portfolio.json"))
    Archive.model_validate(held)
    return [entry["texts"][-1]["title"] for entry in held["portfolio"]["entries"]]


def test_an_archive_that_can_not_be_written_leaves_everything(filled, registry, store, tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "somebody else's.zip").write_bytes(b"")
    with pytest.raises(RemovalRefused, match="isn't empty"):
        remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        remove_plugin(filled, registry, store, GONE, archive=tmp_path / "file" / "archive")
    with filled.read() as session:
        assert session.scalars(select(func.count()).select_from(Entry)).one() == 4
        assert session.scalars(select(func.count()).select_from(LooseFile)).one() == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("goals", "is part of"), ("core", "is part of"), ("nergens", "Nothing here is called nergens")],
)
def test_a_section_and_what_nobody_knows_are_refused(filled, registry, store, name, words):
    with pytest.raises(RemovalRefused, match=words):
        remove_plugin(filled, registry, store, name)


def test_what_another_plugin_brings_now_is_still_taken_along(filled, registry, store, tmp_path):
    """A plugin was called otherwise before: of one kind somebody has entries of both names."""
    with filled.write() as session:
        fenna = session.scalars(select(Person).where(Person.name == "Fenna Voorbeeld")).one()
        make_entry(session, fenna, plugin="windvaan", kind="wind", title="Nieuwer")
    gone = remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive")
    assert sorted(map(titles, gone.archives)) == [["Oost"], ["Zuidwest"]]


def test_the_portfolios_own_tables_are_never_taken_for_a_plugins(filled, registry, store):
    with filled.write() as session:
        session.execute(text("CREATE TABLE alembic_circle (version_num VARCHAR(32))"))
        session.execute(text("CREATE TABLE circle_note (words TEXT)"))
    gone = remove_plugin(filled, registry, store, "circle")
    assert gone.held.rows == {"circle_note": 0}
    with filled.read() as session:
        assert "circle_member" in inspect(session.connection()).get_table_names()


@pytest.mark.parametrize("pupils", ["no", "unknown"])
def test_a_file_that_no_archive_holds_takes_a_word_of_its_own(filled, registry, store, tmp_path, pupils):
    """Its bytes aren't where this command looks, or it may show pupils."""
    with filled.write() as session:
        entry = session.scalars(select(Entry.id).where(Entry.title == "Oost")).one()
        session.add(
            Attachment(
                entry_id=entry,
                filename="kompas.txt",
                media_type="text/plain",
                size=1,
                sha256="0" * 64,
                pupils=pupils,
                added_at=clock.now(),
            )  # fmt: skip
        )
    with pytest.raises(RemovalRefused, match="files that no archive holds.*--rows-too"):
        remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive")
    assert not list((tmp_path / "archive").iterdir()), "no copy of what wasn't removed"
    with filled.read() as session:
        assert session.scalars(select(func.count()).select_from(Entry)).one() == 4
    remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive", rows_too=True)


def test_two_of_one_long_name_have_an_archive_each(filled, registry, store, tmp_path):
    with filled.write() as session:
        session.execute(update(Person).values(name="🦉" * 80))
    assert len(remove_plugin(filled, registry, store, GONE, archive=tmp_path / "archive").archives) == 2


def test_what_was_handed_over_with_it_goes_to_its_writers_and_leaves_no_bytes(database, registry, store, tmp_path):
    with database.write() as session:
        fenna = make_participant(session, GONE, name="Fenna Voorbeeld")
        place = make_joint(session, fenna.person, make_person(session, name="Hanne"))
        handed = Snapshot(
            portfolio_id=place.id, about=place.id, plugin=GONE, author_id=fenna.person.id, kind="goal", kind_version=1,
            title="Ruimte maken", content={}, renderer=1, html={}, sha256="0" * 64, taken_at=clock.now(),
        )  # fmt: skip
        session.add(handed)
        session.flush()
        file = SnapshotFile(
            snapshot_id=handed.id, attachment_id=place.id, copied=True, filename="a.txt", media_type="text/plain",
            size=1, sha256=hashlib.sha256(b"a").hexdigest(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        store.put(file.id.hex, b"a")
    with pytest.raises(RemovalRefused, match="texts were handed over"):
        remove_plugin(database, registry, store, GONE)
    (path,) = remove_plugin(database, registry, store, GONE, archive=tmp_path / "archive").archives
    with zipfile.ZipFile(path) as archive:
        assert f"handed_over/{file.id}-a.txt" in archive.namelist()
    with database.read() as session:
        assert not session.scalars(select(Snapshot)).all()
        assert session.scalars(select(LooseFile.key)).all() == [file.id]
