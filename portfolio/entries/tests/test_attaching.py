"""Files: the question about pupils and its lock, what is taken out of a picture, and that no bytes stay behind."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries import attaching
from portfolio.entries.beside import list_beside
from portfolio.entries.models import Attachment, LooseFile
from portfolio.entries.reading import get_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import DAY, World, address, browser, check_page, make_world, words
from portfolio.entries.upkeep import sweep_files
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.files import REASONS, Accepted
from portfolio.jobs.service import JobContext
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_entry, post

TEXT = b"Een verslag van de dag.\n"


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _photo() -> bytes:
    """A JPEG that says where and with what it was taken."""
    picture, exif, out = Image.new("RGB", (40, 30), "white"), Image.Exif(), io.BytesIO()
    exif[0x010F] = "KANARIE-camera"
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 0.0)
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _upload(client: Any, world: World, entry: uuid.UUID, data: bytes = TEXT, name: str = "verslag.txt", **more: str):  # type: ignore[no-untyped-def]
    fields: dict[str, Any] = {"pupils": "no", "alt": "Een bord", "file": (io.BytesIO(data), name)} | more
    return post(client, address(world, entry, "files"), {k: v for k, v in fields.items() if v is not None})


def _files(world: World) -> list[Attachment]:
    with world.database.read() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.added_at)))


def _sweep(world: World, settings: Any, app: Any) -> None:
    context = JobContext(
        database=world.database, settings=settings, job_id=uuid.uuid4(), person_id=None,
        now=clock.now() + DAY, attempt=1, last_attempt=False,
    )  # fmt: skip
    forget = sweep_files({}, context)
    with world.database.write() as session:
        forget(session)


def _stored(settings: Any) -> set[str]:
    return {path.name for path in settings.files.rglob("*") if path.is_file()}


def test_a_picture_is_kept_without_place_and_camera_and_goes_out_with_headers_that_tie_it_down(
    world: World, app: Any, settings: Any
) -> None:
    entry, fenna, photo = world.write(), browser(app, world.fenna), _photo()
    assert b"KANARIE" in photo
    assert _upload(fenna, world, entry, photo, "foto.jpg").status_code == 303
    (file,) = _files(world)
    stored = app.store.get(file.id.hex)
    assert b"KANARIE" not in stored and not Image.open(io.BytesIO(stored)).getexif()
    assert (file.media_type, file.size, file.alt, file.pupils) == ("image/jpeg", len(stored), "Een bord", "no")
    answer = fenna.get(f"/files/{file.id}")
    assert answer.data == stored
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("inline")
    _upload(fenna, world, entry, TEXT, "verslag.txt")
    assert fenna.get(f"/files/{_files(world)[1].id}").headers["Content-Disposition"].startswith("attachment")
    check_page(fenna.get(address(world, entry)).text)


@pytest.mark.parametrize("pupils", ["yes", "unknown"])
def test_while_pupils_may_be_recognisable_a_file_and_its_entry_stay_with_the_owner(
    world: World, app: Any, pupils: str
) -> None:
    entry, fenna, ruben = world.write(), browser(app, world.fenna), browser(app, world.ruben)
    assert _upload(fenna, world, entry, pupils=pupils).status_code == 303
    (file,) = _files(world)
    share = {"target": f"coaching:{world.coaching.id}"}
    refused = post(fenna, address(world, entry, "shares"), share)
    assert refused.status_code == 422
    assert "may show pupils recognisably" in words(refused.text)
    assert fenna.get(f"/files/{file.id}").status_code == 200
    assert post(fenna, address(world, entry, f"files/{file.id}"), {"pupils": "no"}).status_code == 303
    assert post(fenna, address(world, entry, "shares"), share).status_code == 303
    assert ruben.get(f"/files/{file.id}").status_code == 200
    assert "verslag.txt" in ruben.get(address(world, entry)).text
    for answer in ("yes", "unknown"):
        told = post(fenna, address(world, entry, f"files/{file.id}"), {"pupils": answer})
        assert told.status_code == 422
    with world.database.write() as session:  # whatever a row says, such as after an import
        session.execute(update(Attachment).values(pupils=pupils))
    assert ruben.get(f"/files/{file.id}").status_code == 404
    seen = ruben.get(address(world, entry)).text
    assert "verslag.txt" not in seen and str(file.id) not in seen
    assert fenna.get(f"/files/{file.id}").status_code == 200


def test_a_shared_entry_takes_no_file_in_which_pupils_may_be_recognised(world: World, app: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    told = _upload(fenna, world, entry, pupils="unknown")
    assert told.status_code == 422
    assert "This entry is shared" in words(told.text)
    assert _files(world) == []


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "leeg.txt", REASONS["empty"]),
        (b"MZ\x90\x00\x03", "virus.exe", REASONS["unknown_type"]),
        (b"<svg onload=alert(1)>", "plaatje.svg", REASONS["unknown_type"]),
        (b"\xff\xd8\xff broken", "foto.jpg", REASONS["broken"]),
        (b"\xe9\xe8", "oud.txt", REASONS["not_utf8"]),
    ],
)
def test_a_file_that_can_not_be_kept_is_refused_in_words_at_its_field(
    world: World, app: Any, settings: Any, data: bytes, name: str, message: Any
) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    told = _upload(fenna, world, entry, data, name, alt="Wat ik zag")
    assert told.status_code == 422
    page = check_page(told.text)
    assert "file-error" in page.ids
    assert str(message) in words(told.text)
    assert page.values["alt"] == ["Wat ik zag"] and page.values["pupils"] == ["no"]
    assert _files(world) == [] and _stored(settings) == set()


def test_without_a_file_or_an_answer_about_pupils_nothing_is_stored(world: World, app: Any, settings: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    for more, field in (({"file": None}, "file"), ({"pupils": None}, "pupils"), ({"pupils": "maybe"}, "pupils"),
                        ({"file": "text, no file"}, "file")):  # fmt: skip
        told = _upload(fenna, world, entry, **more)
        assert told.status_code == 422
        page = check_page(told.text)
        assert f"{field}-error" in page.ids and page.values["alt"] == ["Een bord"]
    assert _files(world) == [] and _stored(settings) == set()


def test_a_name_that_may_name_a_pupil_is_kept_with_a_word_about_it(world: World, app: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    assert "may name a pupil" not in words(_follow(fenna, _upload(fenna, world, entry)))
    assert "may name a pupil" in words(_follow(fenna, _upload(fenna, world, entry, name="klas2b_milan.txt")))


def _follow(client: Any, answer: Any) -> str:
    return str(client.get(answer.headers["Location"]).text)


def test_an_entry_and_a_portfolio_hold_so_much_and_no_more(world: World) -> None:
    entry, other = world.write(), world.write()
    accepted = Accepted("text/plain", "txt", TEXT)
    room = {"alt": "", "pupils": "no", "most": 21 * len(TEXT)}

    def add(to: uuid.UUID) -> None:
        with world.scope(world.fenna) as scope:
            attaching.add_file(scope, to, uuid.uuid4(), accepted, "a.txt", **room)

    for _number in range(attaching.PER_ENTRY):
        add(entry)
    with pytest.raises(Refused) as refused:
        add(entry)
    assert "at most 20 files" in str(refused.value.errors["file"])
    add(other)
    with pytest.raises(Refused) as refused:
        add(other)
    assert "fill the room" in str(refused.value.errors["file"])
    mine = world.write(by=world.idris)
    with world.scope(world.idris) as scope:
        attaching.add_file(scope, mine, uuid.uuid4(), accepted, "a.txt", **room)


def test_of_a_removed_file_the_job_removes_the_bytes(world: World, app: Any, settings: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    _upload(fenna, world, entry)
    _upload(fenna, world, entry, b"Nog een.\n")
    first, second = (file.id for file in _files(world))
    assert post(fenna, address(world, entry, f"files/{first}"), {"do": "remove"}).status_code == 303
    assert fenna.get(f"/files/{first}").status_code == 404
    assert _stored(settings) == {first.hex, second.hex}
    _sweep(world, settings, app)
    assert _stored(settings) == {second.hex}
    with world.database.read() as session:
        assert session.scalars(select(LooseFile)).all() == []


def test_an_upload_whose_transaction_was_rolled_back_is_swept_later(world: World, app: Any, settings: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    assert _upload(fenna, world, entry, alt="x" * 501).status_code == 422
    assert _files(world) == [] and len(_stored(settings)) == 1
    context = JobContext(
        database=world.database, settings=settings, job_id=uuid.uuid4(), person_id=None, now=clock.now(), attempt=1,
        last_attempt=False,
    )  # fmt: skip
    sweep_files({}, context)  # too early: it could still be on its way
    assert len(_stored(settings)) == 1
    _sweep(world, settings, app)
    assert _stored(settings) == set()


def test_a_file_that_got_its_entry_is_not_loose(world: World, app: Any, settings: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    _upload(fenna, world, entry)
    with world.database.read() as session:
        assert session.scalars(select(LooseFile)).all() == []
    _sweep(world, settings, app)
    assert len(_stored(settings)) == 1


def test_files_of_others_and_of_other_entries_are_out_of_reach(world: World, app: Any) -> None:
    entry, other, fenna = world.write(), world.write(), browser(app, world.fenna)
    _upload(fenna, world, entry)
    (file,) = _files(world)
    for do in ({"do": "remove"}, {"pupils": "yes"}):
        assert post(fenna, address(world, other, f"files/{file.id}"), do).status_code == 404
        assert post(fenna, address(world, entry, f"files/{uuid.uuid4()}"), do).status_code == 404
        for stranger in (world.idris, world.hanne):
            assert post(browser(app, stranger), address(world, entry, f"files/{file.id}"), do).status_code == 404
    for stranger in (world.idris, world.hanne, world.ruben):
        assert browser(app, stranger).get(f"/files/{file.id}").status_code == 404
    assert fenna.get(f"/files/{uuid.uuid4()}").status_code == 404
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    with world.scope(world.ruben) as scope:
        files, *_rest = list_beside(scope, get_entry(scope, entry))
        assert [one.filename for one in files] == ["verslag.txt"]
        with pytest.raises(NotAllowed):
            attaching.remove_file(scope, entry, file.id)
    assert [one.id for one in _files(world)] == [file.id]


def test_what_is_in_the_bin_takes_no_file(world: World) -> None:
    with world.database.write() as session:
        entry = make_entry(session, world.fenna, deleted=True).id
    accepted = Accepted("text/plain", "txt", TEXT)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        attaching.add_file(scope, entry, uuid.uuid4(), accepted, "a.txt", alt="", pupils="no", most=10**6)
