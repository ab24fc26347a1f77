"""The bin: what goes along, who sees it, back again, and gone for good."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio import clock
from portfolio.db import Database
from portfolio.entries import bin as bins
from portfolio.entries import commenting
from portfolio.entries.linking import set_links
from portfolio.entries.models import (
    Attachment,
    Comment,
    Entry,
    Link,
    LooseFile,
    Reading,
    Rendered,
    Revision,
    Share,
    StateChange,
)
from portfolio.entries.reading import find_entry, list_own, list_shared_with_me
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import DAY, World, address, browser, check_page, later, make_world, words
from portfolio.entries.writing import change_state
from portfolio.errors import NotAllowed, NotVisible
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _full(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """An entry with two texts, a comment and an answer, two files, two links and a share; and one of its files."""
    entry, other = world.write("Vol"), world.write("Ander")
    world.edit(entry, "Voller", 1)
    file = uuid.uuid4()
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
        change_state(scope, entry, Goal, "working", "")
        set_links(scope, entry, Goal, {"continues": [other], "replaces": [other]})
        for key in (file, uuid.uuid4()):
            scope.session.add(
                Attachment(
                    id=key,
                    entry_id=entry,
                    filename="bord.jpg",
                    media_type="image/jpeg",
                    size=1,
                    sha256="",
                    pupils="no",
                    added_at=clock.now(),
                )  # fmt: skip
            )
    with world.scope(world.ruben) as scope:
        thread = commenting.add_comment(scope, entry, "question", "Waarom?")
    with world.scope(world.fenna) as scope:
        commenting.reply(scope, entry, thread, "Daarom.")
        scope.session.add(Reading(entry_id=entry, reader_id=world.ruben.id, day=scope.today))
    return entry, file


def _bin(world: World, entry: uuid.UUID, days: int = 0) -> None:
    with world.scope(world.fenna, now=later(days)) as scope:
        bins.bin_entry(scope, entry)


def test_what_goes_along_is_counted_before_anything_goes(world: World, app: Any) -> None:
    entry, _file = _full(world)
    with world.scope(world.fenna) as scope:
        assert bins.what_goes_along(scope, entry) == bins.GoesAlong(
            revisions=2, comments=2, files=2, links=2, readers=1
        )
    page = browser(app, world.fenna).get(address(world, entry, "delete"))
    seen = words(page.text)
    assert "goes along: 1 earlier text, 2 comments and answers, 2 files and 2 links to other entries." in seen
    assert "From today nobody else reads it any more" in seen
    with world.scope(world.fenna) as scope:
        assert find_entry(scope, entry).deleted_at is None
    bare = world.write("Kaal")
    with world.scope(world.fenna) as scope:
        assert bins.what_goes_along(scope, bare) == bins.GoesAlong(1, 0, 0, 0, 0)
    seen = words(browser(app, world.fenna).get(address(world, bare, "delete")).text)
    assert "goes along" not in seen and " 0 " not in seen and "From today" not in seen


def test_into_the_bin_ends_the_shares_and_hides_it_from_everybody_else(world: World, app: Any) -> None:
    entry, file = _full(world)
    assert browser(app, world.ruben).get(address(world, entry)).status_code == 200
    _bin(world, entry)
    with world.database.read() as session:
        assert [share.until for share in session.scalars(select(Share))] == [clock.today()]
    ruben = browser(app, world.ruben)
    for page in (address(world, entry), address(world, entry, "descent"), f"/files/{file}"):
        assert ruben.get(page).status_code == 404
    assert post(ruben, address(world, entry, "comments"), {"kind": "mirror", "body": "x"}).status_code == 404
    with world.scope(world.ruben) as scope:
        assert list_shared_with_me(scope)[0] == []
        assert bins.list_bin(scope) == []
    with world.scope(world.fenna) as scope:
        assert [one.id for one in bins.list_bin(scope)] == [entry]
        assert entry not in [line.id for line in list_own(scope)[0]]


def test_taken_back_it_is_private_again(world: World) -> None:
    entry, _file = _full(world)
    _bin(world, entry)
    with world.scope(world.fenna) as scope:
        bins.take_back(scope, entry)
    with world.scope(world.fenna) as scope:
        found = find_entry(scope, entry)
        assert found is not None and found.deleted_at is None
        assert not any(reader.reaches for reader in found.readers)
        assert bins.list_bin(scope) == []
    with world.scope(world.ruben) as scope:
        assert find_entry(scope, entry) is None


def test_only_what_is_in_the_bin_is_taken_back_or_erased_and_only_by_its_author(world: World) -> None:
    entry, _file = _full(world)
    for act in (bins.take_back, bins.erase_now):
        with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
            act(scope, entry)
    with world.scope(world.ruben) as scope, pytest.raises(NotAllowed):
        bins.bin_entry(scope, entry)
    _bin(world, entry)
    _bin(world, entry)  # twice is once
    for act in (bins.take_back, bins.erase_now, bins.what_goes_along):
        for other in (world.ruben, world.yara, world.hanne):
            with world.scope(other) as scope, pytest.raises(NotVisible):
                act(scope, entry)


def _rows(world: World) -> dict[str, int]:
    tables = (Revision, Rendered, Share, Comment, Attachment, StateChange, Link, Reading)
    with world.database.read() as session:
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) for one in tables}


def test_erased_for_good_leaves_no_row_and_notes_its_files_for_the_sweep(world: World) -> None:
    entry, _file = _full(world)
    with world.database.read() as session:
        keys = set(session.scalars(select(Attachment.id)))
    _bin(world, entry)
    with world.scope(world.fenna) as scope:
        bins.erase_now(scope, entry)
    assert _rows(world) == {
        "revision": 1, "rendered": 1, "share": 0, "comment": 0, "attachment": 0, "state_change": 0, "link": 0,
        "reading": 0,
    }  # fmt: skip
    with world.database.read() as session:
        loose = session.execute(select(LooseFile.key, LooseFile.since)).all()
    assert {key for key, _since in loose} == keys
    assert all(abs(since - clock.now()) < DAY for _key, since in loose)


def test_thirty_days_is_kept_and_a_day_more_is_gone(world: World) -> None:
    old, young, kept = world.write("Oud"), world.write("Jong"), world.write("Blijft")
    _bin(world, old, -30)
    _bin(world, young, -29)
    with world.database.write() as session:
        assert bins.purge_bin(session, clock.now(), 30) == 1
    with world.database.read() as session:
        assert set(session.scalars(select(Entry.id))) == {young, kept}


def test_the_pages_of_the_bin_take_back_and_erase(world: World, app: Any) -> None:
    entry, other = world.write("Weg ermee"), world.write("Ook weg")
    fenna = browser(app, world.fenna)
    assert "Your bin is empty" in words(fenna.get("/bin").text)
    for one in (entry, other):
        assert post(fenna, address(world, one, "delete")).headers["Location"] == "/bin"
    page = fenna.get("/bin")
    check_page(page.text)
    assert "Weg ermee" in page.text and "Ook weg" in page.text
    assert "This is in your bin" in words(fenna.get(address(world, entry)).text)
    for rest in ("edit", "shares", "state", "files", "comments"):
        data = {"target": f"person:{world.idris.id}", "state": "working"}
        assert post(fenna, address(world, entry, rest), data).status_code in (404, 422)
    assert "Weg ermee" not in browser(app, world.idris).get("/bin").text
    assert post(fenna, f"/bin/{entry}/back").status_code == 303
    assert post(fenna, f"/bin/{other}/erase").status_code == 303
    assert fenna.get(address(world, entry)).status_code == 200
    assert fenna.get(address(world, other)).status_code == 404
    assert post(browser(app, world.idris), f"/bin/{entry}/erase").status_code == 404
