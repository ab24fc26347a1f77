"""What somebody handed over goes along to be read, with its files; it is never brought back."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, update

from portfolio.entries import writing
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Snapshot, SnapshotFile
from portfolio.entries.snapshots import open_snapshots, take_snapshot
from portfolio.exchange.tests.exchange_world import DAY, Place, a_picture, opened, raw_of
from portfolio.files import FolderStore
from portfolio.people.models import Person
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_joint


def _handed_over(here: Place) -> tuple[Person, Person, bytes]:
    """A teacher and a leader; and the picture that went with what she handed over."""
    fenna, hanne = here.person(), here.person("Hanne Voorbeeld")
    with here.database.write() as session:
        place = make_joint(session, fenna, hanne).id
    goal = here.write(
        fenna,
        lambda scope: writing.create_entry(
            scope, "goals", Goal, Draft("Ruimte maken", DAY, None, None, Goal.empty() | {"first_step": "Stil zijn."}, 0)
        ),
    )
    key = here.add_file(fenna, goal, "bord.png", a_picture(form="PNG"), alt="Het bord", pupils="no")
    here.write(
        fenna,
        lambda scope: writing.edit_entry(
            scope, goal, Goal,
            Draft("Ruimte maken", DAY, None, None, Goal.empty() | {"why": f"![Het bord](attachment:{key})"}, 1),
        ),
    )  # fmt: skip
    about = uuid.uuid4()
    here.write(
        fenna, lambda scope: take_snapshot(scope, goal, ["why"], place, about, "Kijk", kind=Goal, plugin="goals")
    )
    here.write(fenna, lambda scope: open_snapshots(scope, about))
    return fenna, hanne, here.store.get(key.hex)


def test_it_can_be_read_from_the_archive_as_it_was(here: Place) -> None:
    fenna, hanne, picture = _handed_over(here)
    data = here.take_along(fenna)
    (handed,) = raw_of(data)["handed_over"]
    assert handed["content"].keys() == {"why"} and (handed["title"], handed["note"]) == ("", "Kijk")
    files = opened(data)
    member = f"handed_over/{handed['files'][0]['id']}-bord.png"
    assert files[member] == picture
    page = files["handed_over.html"].decode()
    assert f'src="{member}"' in page and "Kijk" in page and handed["sha256"] in page
    assert 'href="handed_over.html"' in files["index.html"].decode()
    assert raw_of(here.take_along(hanne))["handed_over"] == [], "nobody's archive has another's words"


def test_it_is_not_brought_back_and_changes_no_fingerprint(here: Place, elsewhere: Place) -> None:
    fenna, _hanne, _picture = _handed_over(here)
    data = here.take_along(fenna)
    newcomer = elsewhere.person()
    assert elsewhere.bring_back(newcomer, data).identical
    with elsewhere.database.read() as session:
        assert session.scalars(select(Snapshot)).all() == session.scalars(select(SnapshotFile)).all() == []
    again = raw_of(elsewhere.take_along(newcomer))
    assert again["handed_over"] == [] and again["fingerprint"] == raw_of(data)["fingerprint"]


def test_a_file_without_its_bytes_is_left_out_and_said(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fenna, _hanne, _picture = _handed_over(here)
    monkeypatch.setattr(FolderStore, "get", lambda self, key: b"something else")
    raw = raw_of(here.take_along(fenna))
    assert raw["handed_over"][0]["files"] == []
    assert {"entry_id": raw["handed_over"][0]["id"], "filename": "bord.png", "reason": "missing"} in raw["left_out"]


def test_a_file_that_turns_out_to_show_pupils_stays_behind(here: Place) -> None:
    fenna, _hanne, _picture = _handed_over(here)
    with here.database.write() as session:
        session.execute(update(SnapshotFile).values(locked=True))  # as answering the question anew does
    raw = raw_of(here.take_along(fenna))
    assert raw["handed_over"][0]["files"] == []
    assert {"entry_id": raw["handed_over"][0]["id"], "filename": "bord.png", "reason": "pupils"} in raw["left_out"]
