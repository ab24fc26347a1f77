"""A place to take things along from and to bring them to: a database, a store and people who really write."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor

from portfolio.db import Database
from portfolio.entries import attaching, linking, writing
from portfolio.entries.kinds import Draft
from portfolio.exchange import bringing
from portfolio.exchange.archive import JSON_NAME, fingerprint
from portfolio.exchange.coming import Limits, Plan, read_archive
from portfolio.exchange.going import write_archive
from portfolio.files import FolderStore, inspect_upload
from portfolio.people.models import Person
from portfolio.plugins import Registry
from portfolio.scope import Scope
from portfolio.testing import count_rows, make_person, open_scope_for

MIB = 1024 * 1024
LIMITS = Limits(upload=10 * MIB, portfolio=50 * MIB)
DAY = dt.date(2025, 11, 3)


@dataclass
class Place:
    """One installation."""

    database: Database
    store: FolderStore
    registry: Registry

    def person(self, name: str = "Fenna Voorbeeld") -> Person:
        with self.database.write() as session:
            return make_person(session, name=name)

    def write(self, person: Person, work: Callable[[Scope], Any], now: dt.datetime | None = None) -> Any:
        with self.database.write() as session:
            return work(open_scope_for(session, person, now=now))

    def add_file(self, person: Person, entry: uuid.UUID, name: str, data: bytes, *, alt: str, pupils: str) -> uuid.UUID:
        accepted = inspect_upload(data, name)
        key = attaching.put_bytes(self.database, self.store, accepted.data, dt.datetime.now(dt.UTC))
        self.write(
            person,
            lambda scope: attaching.add_file(
                scope, entry, key, accepted, name, alt=alt, pupils=pupils, most=LIMITS.portfolio
            ),
        )
        return key

    def take_along(self, person: Person) -> bytes:
        out = io.BytesIO()
        with self.database.read() as session:
            write_archive(open_scope_for(session, person), self.registry, self.store, out)
        return out.getvalue()

    def read(self, data: bytes) -> Plan:
        return read_archive(io.BytesIO(data), self.registry, LIMITS, dt.datetime.now(dt.UTC))

    def bring_back(self, person: Person, data: bytes) -> Plan:
        plan = self.read(data)
        bringing.put_files(self.database, self.store, plan, dt.datetime.now(dt.UTC))
        self.write(person, lambda scope: bringing.bring_back(scope, plan))
        return plan

    def everything(self) -> tuple[dict[str, int], list[str]]:
        """How many rows each table has, and every file of the store."""
        with self.database.read() as session:
            counts = count_rows(session)
        return counts, sorted(str(path) for path in Path(self.store.root).rglob("*") if path.is_file())


def a_picture(colour: str = "teal", size: tuple[int, int] = (40, 30), form: str = "JPEG") -> bytes:
    """A picture with so much in it that writing it anew as JPEG changes it."""
    picture = Image.new("RGB", size, colour)
    red = ImageColor.getrgb(colour)[0]
    picture.putdata([(at * 37 % 256, at * 91 % 256, red) for at in range(size[0] * size[1])])
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def a_photo_with_a_place() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "KANARIE in de foto"
    Image.new("RGB", (50, 40), "salmon").save(out, "JPEG", exif=exif)
    return out.getvalue()


def fill(place: Place, person: Person) -> dict[str, uuid.UUID]:
    """A small portfolio with one of everything; returns the ids of its entries by name."""
    kinds = place.registry.kinds

    def start(scope: Scope) -> dict[str, uuid.UUID]:
        def write(plugin: str, kind: str, title: str, day: dt.date = DAY, **content: Any) -> uuid.UUID:
            draft = Draft(title, day, None, None, kinds[kind].empty() | content, 0)
            return writing.create_entry(scope, plugin, kinds[kind], draft)

        found = {
            "old": write("goals", "goal", "Vaker zwijgen", dt.date(2024, 9, 2), why="Ik **vul in**, <b>altijd</b>."),
            "goal": write("goals", "goal", "Ruimte maken", why="Omdat…", first_step="Tot tien tellen"),
            "moment": write(
                "evidence", "evidence", "Een krukje", story="Vier handen.", evidence_kind="noticed_moment",
                links_out=[{"label": "Verslag", "url": "https://example.org/verslag"}],
            ),
            "look": write("reflections", "reflection", "Terugkijken", method="starr", steps={"situation": "Lokaal 12"}),
        }  # fmt: skip
        linking.set_links(scope, found["goal"], kinds["goal"], {"continues": [found["old"]]})
        linking.set_links(scope, found["moment"], kinds["evidence"], {"shows": [found["goal"]]})
        linking.set_links(scope, found["look"], kinds["reflection"], {"looks_back_on": [found["moment"]]})
        return found

    ids = place.write(person, start)
    place.write(
        person, lambda scope: writing.change_state(scope, ids["goal"], kinds["goal"], "working", "Nu écht.", DAY)
    )
    picture = place.add_file(
        person, ids["moment"], "50% krukje #1 één.jpg", a_picture(), alt="Handen & hout", pupils="no"
    )
    draft = Draft(
        "Een krukje, later", DAY, None, None,
        kinds["evidence"].empty() | {"story": f"Beter verteld.\n\n![handen](attachment:{picture})"}, 1,
    )  # fmt: skip
    place.write(person, lambda scope: writing.edit_entry(scope, ids["moment"], kinds["evidence"], draft))
    return ids


def opened(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def closed(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def raw_of(data: bytes) -> dict[str, Any]:
    """portfolio.json as plain data."""
    found: dict[str, Any] = json.loads(opened(data)[JSON_NAME])
    return found


def with_raw(data: bytes, raw: dict[str, Any], *, sign: bool = True) -> bytes:
    """The same archive with another portfolio.json; `sign` makes its fingerprint fit."""
    if sign:
        raw["fingerprint"] = fingerprint(raw["portfolio"])
    return closed(opened(data) | {JSON_NAME: json.dumps(raw).encode()})


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
