"""How a good archive is spoiled: every way in which one can be wrong or hostile, and what is then said."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from portfolio.exchange import unzipping
from portfolio.exchange.archive import JSON_NAME
from portfolio.exchange.tests.exchange_world import a_picture, closed, opened, raw_of, sha256, with_raw

Spoil = Callable[[bytes], bytes]


def change_raw(change: Callable[[dict[str, Any]], Any], *, sign: bool = True) -> Spoil:
    """Change portfolio.json, and make the fingerprint fit."""

    def spoil(data: bytes) -> bytes:
        raw = raw_of(data)
        change(raw)
        return with_raw(data, raw, sign=sign)

    return spoil


def change_entry(change: Callable[[dict[str, Any]], Any], title: str = "Een krukje, later") -> Spoil:
    """Change the entry with this title."""

    def find(raw: dict[str, Any]) -> Any:
        found = next(entry for entry in raw["portfolio"]["entries"] if entry["texts"][-1]["title"] == title)
        return change(found)

    return change_raw(find)


def change_text(**values: Any) -> Spoil:
    return change_entry(lambda entry: entry["texts"][-1].update(values))


def change_content(**values: Any) -> Spoil:
    return change_entry(lambda entry: entry["texts"][-1]["content"].update(values))


def _json(text: bytes) -> Spoil:
    return lambda data: closed(opened(data) | {JSON_NAME: text})


def _beside(name: str, mode: int = 0, **more: Any) -> Spoil:
    """A member more, with any name."""

    def spoil(data: bytes) -> bytes:
        out = io.BytesIO(data)
        with zipfile.ZipFile(out, "a") as archive:
            info = zipfile.ZipInfo("x" * len(name))
            info.external_attr = mode << 16
            archive.writestr(info, more.get("text", "x"), more.get("method", zipfile.ZIP_STORED))
        return out.getvalue().replace(("x" * len(name)).encode(), name.encode())

    return spoil


def _twice(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(JSON_NAME, "{}")
    return out.getvalue()


def _bomb(data: bytes) -> bytes:
    return closed(opened(data) | {"entries/bom.html": bytes(64 * 1024 * 1024)})


def _encrypted(data: bytes) -> bytes:
    """Set the flag in both places of every member."""
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = data.split(signature)
        data = signature.join(
            [parts[0], *(part[: at - 4] + bytes([part[at - 4] | 1]) + part[at - 3 :] for part in parts[1:])]
        )
    return data


def _many(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(unzipping.MOST_MEMBERS + 1):
            archive.writestr(zipfile.ZipInfo(f"entries/{number}"), b"")
    return out.getvalue()


def _lying_directory(data: bytes) -> bytes:
    """The end of the directory says that it is 200 MB long."""
    at = data.rindex(b"PK\x05\x06")
    return data[: at + 12] + struct.pack("<L", 200_000_000) + data[at + 16 :]


def _zip64(data: bytes) -> bytes:
    at = data.rindex(b"PK\x05\x06")
    return data[:at] + b"PK\x06\x07" + bytes(16) + data[at:]


def _longer_than_it_says(data: bytes) -> bytes:
    """portfolio.json says in the directory that it is one byte long."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(JSON_NAME.encode()))
    return data[: at + 24] + struct.pack("<L", 1) + data[at + 28 :]


def _flipped(data: bytes) -> bytes:
    """One bit of portfolio.json falls over."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo(JSON_NAME).header_offset + 200
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def change_file(new: bytes, *, tell: bool) -> Spoil:
    """Other bytes for the file, which the archive knows of or doesn't."""

    def spoil(data: bytes) -> bytes:
        raw = raw_of(data)
        file = next(file for entry in raw["portfolio"]["entries"] for file in entry["files"])
        member = next(name for name in opened(data) if name.startswith("files/"))
        if tell:
            file.update(size=len(new), sha256=sha256(new))
        return closed(opened(with_raw(data, raw)) | {member: new})

    return spoil


def _without_file(data: bytes) -> bytes:
    return closed({name: part for name, part in opened(data).items() if not name.startswith("files/")})


def change_links(change: Callable[[list[dict[str, Any]]], Any]) -> Spoil:
    return change_raw(lambda raw: change(raw["portfolio"]["links"]))


def _loop(raw: dict[str, Any]) -> None:
    link = next(link for link in raw["portfolio"]["links"] if link["type"] == "continues")
    back = link | {
        "from_id": link["to_id"],
        "to_id": link["from_id"],
        "type": "replaces",
    }
    raw["portfolio"]["links"].append(back)


def _no_longer_starts(data: bytes) -> bytes:
    return data[: len(data) // 2]


NO_ID = "01900000-0000-7000-8000-000000000000"
CASES: dict[str, tuple[Spoil, str]] = {
    # not a zip we made
    "nothing": (lambda data: b"", "no zip"),
    "text": (lambda data: b"Beste Fenna,", "no zip"),
    "noise": (lambda data: random.Random(3).randbytes(5000), "no zip"),
    "half": (_no_longer_starts, "no zip"),
    "the second half": (lambda data: data[len(data) // 3 :], "no zip|damaged"),
    "the end alone": (lambda data: data[-22:], "no zip"),
    "another zip": (lambda data: closed({"word/document.xml": b"<x/>"}), "no portfolio.json"),
    "one folder deeper": (
        lambda data: closed({f"map/{name}": part for name, part in opened(data).items()}), "no portfolio.json",
    ),
    "no members": (lambda data: closed({}), "no portfolio.json"),
    # hostile zips
    "a bomb": (_bomb, "unpacks to far more"),
    "too many members": (_many, "holds more than"),
    "a lying directory": (_lying_directory, "holds more than"),
    "zip64": (_zip64, "holds more than"),
    "longer than it says": (_longer_than_it_says, "damaged"),
    "a path upwards": (_beside("../../etc/passwd"), "no safe name"),
    "a path upwards inside": (_beside("files/../../x.txt"), "no safe name"),
    "an absolute path": (_beside("/etc/cron.d/x"), "no safe name"),
    "a Windows path": (_beside("C:/x.txt"), "no safe name"),
    "a backslash": (_beside("files\\x.txt"), "no safe name"),
    "a NUL in a name": (_beside("files/a\0.txt"), "no safe name"),
    "a symlink": (_beside("files/link", mode=0o120777, text="/etc/passwd"), "link to something else"),
    "a device": (_beside("files/device", mode=0o020666), "link to something else"),
    "a name twice": (_twice, "twice"),
    "a name twice but for case": (_beside("Portfolio.JSON"), "twice"),
    "a password": (_encrypted, "password"),
    "packed by bzip2": (_beside("a.txt", method=zipfile.ZIP_BZIP2, text="x" * 99), "packed in a way"),
    "packed by lzma": (_beside("a.txt", method=zipfile.ZIP_LZMA, text="x" * 99), "packed in a way"),
    "a fallen bit": (_flipped, "damaged"),
    # JSON that isn't
    "empty JSON": (_json(b""), "damaged"),
    "broken JSON": (_json(b'{"format": "leadership-portfolio", '), "damaged"),
    "not UTF-8": (_json(b'{"format": "\xff\xfe"}'), "damaged"),
    "deep JSON": (_json(b"[" * 200_000), "damaged"),
    "deep but whole JSON": (_json(b'{"a":' * 900 + b"1" + b"}" * 900), "damaged|isn't one"),
    "a list": (_json(b"[]"), "isn't one of this software"),
    "another format": (_json(b'{"format": "leap2a"}'), "isn't one of this software"),
    "a number too long": (_json(b'{"format": "leadership-portfolio", "version": ' + b"9" * 5000 + b"}"), "damaged"),
    "NaN": (_json(b'{"format": "leadership-portfolio", "version": NaN}'), "damaged"),
    "Infinity in a text": (
        lambda data: closed(
            opened(data) | {JSON_NAME: opened(data)[JSON_NAME].replace(b'"Vier handen."', b"-Infinity")}
        ),
        "damaged",
    ),
    "a lone surrogate": (
        change_raw(lambda raw: raw["portfolio"]["entries"][0]["texts"][0].update(title="\ud800"), sign=False),
        "damaged|can't",
    ),
    "half a portfolio.json": (_json(b'{"format": "leadership-portfolio", "version": 1}'), "missing"),
    # the archive as a whole
    "a newer version": (change_raw(lambda raw: raw.update(version=2)), "newer version of this software"),
    "a far newer version": (change_raw(lambda raw: raw.update(version=10**30)), "newer version of this software"),
    "version 0": (change_raw(lambda raw: raw.update(version=0)), "version: This can't be read"),
    "a version in words": (change_raw(lambda raw: raw.update(version="1")), "version: This can't be read"),
    "a field more": (change_raw(lambda raw: raw.update(admin=True)), "admin: This can't be read"),
    "a changed text": (
        change_raw(lambda raw: raw["portfolio"]["entries"][0]["texts"][0].update(title="Anders"), sign=False),
        "changed after it was made",
    ),
    "no fingerprint": (change_raw(lambda raw: raw.update(fingerprint=""), sign=False), "changed after it was made"),
    "entries as words": (
        change_raw(lambda raw: raw["portfolio"].update(entries="alles"), sign=False), "entries: This can't",
    ),
    "no portfolio": (change_raw(lambda raw: raw.update(portfolio=None), sign=False), "portfolio: This can't"),
    # entries
    "an unknown kind": (
        change_entry(lambda entry: entry.update(kind="polarity_map")), "isn't known here: polarity_map",
    ),
    "an unknown kind of a plugin": (
        change_raw(
            lambda raw: (
                raw["portfolio"]["entries"][0].update(kind="polarity_map"),
                raw["kinds"].update(polarity_map={"plugin": "polariteiten", "version": 1}),
            )
        ),
        r"polarity_map \(polariteiten\)",
    ),
    "a kind with a path": (change_entry(lambda entry: entry.update(kind="../x")), r"kind: This can't"),
    "an unknown state": (change_entry(lambda entry: entry.update(state="won")), "state “won” isn't known"),
    "a state with markup": (change_entry(lambda entry: entry.update(state="<b>")), "state: This can't"),
    "an audience of all": (change_entry(lambda entry: entry.update(audience="world")), "audience: This can't"),
    "no texts": (change_entry(lambda entry: entry.update(texts=[])), "texts: This can't"),
    "an id that isn't": (change_entry(lambda entry: entry.update(id="1")), "id: This is no id"),
    "an id as a path": (change_entry(lambda entry: entry.update(id="../../../../etc/passwd")), "This is no id"),
    "an id in capitals": (change_entry(lambda entry: entry.update(id=entry["id"].upper())), "This is no id"),
    "an id as a number": (change_entry(lambda entry: entry.update(id=7)), "This is no id"),
    "the same entry twice": (
        change_raw(lambda raw: raw["portfolio"]["entries"].append(raw["portfolio"]["entries"][0])), "same id",
    ),
    "an id for a text": (change_text(id=NO_ID), "id: This can't"),
    "an owner": (change_entry(lambda entry: entry.update(author_id=NO_ID)), "author_id: This can't"),
    # texts
    "text number 0": (change_text(number=0), "number: This can't"),
    "a huge number": (change_text(number=10**12), "number: This can't"),
    "a number that is true": (change_text(number=True), "number: This can't"),
    "a number twice": (change_entry(lambda entry: entry["texts"][-1].update(number=1)), "don't follow"),
    "numbers backwards": (change_entry(lambda entry: entry["texts"].reverse()), "don't follow"),
    "the year 1": (change_text(happened_on="0001-01-01"), "no day that can be"),
    "the year 9999": (change_text(happened_on="9999-12-31"), "no day that can be"),
    "30 February": (change_text(happened_on="2025-02-30"), "no day that can be"),
    "a day in other digits": (change_text(happened_on="２０２５-01-01"), "no day that can be"),
    "a day as a number": (change_text(happened_on=20250101), "no day that can be"),
    "evidence of later": (change_text(happened_on="2190-01-01"), "too far ahead"),
    "an end before its start": (change_text(from_on="2025-02-02", until_on="2025-02-01"), "end lies before"),
    "written in the future": (change_text(created_at="2190-01-01T00:00:00.000000Z"), "in the future"),
    "a moment without a zone": (change_text(created_at="2025-01-01T00:00:00.000000"), "no moment that can be"),
    "a moment in the year 1": (change_text(created_at="0001-01-01T00:00:00.000000Z"), "no moment that can be"),
    "25 o'clock": (change_text(created_at="2025-01-01T25:00:00.000000Z"), "no moment that can be"),
    "a title too long": (change_text(title="x" * 201), "title is too long"),
    "a title that is a list": (change_text(title=["x"]), "title: This can't"),
    "a title that is nothing": (change_text(title=None), "title: This can't"),
    "content that is a list": (change_text(content=[]), "content: This can't"),
    "a newer kind": (change_text(kind_version=9), "newer version of the plugin"),
    "a field nobody knows": (change_content(score=10), "score: This kind of entry has no such field"),
    "a number for a story": (change_content(story=7), "story: This can't be read"),
    "a story too long": (change_content(story="x" * 20_001), "story: .*too long|story: .*at most"),
    "a choice nobody has": (change_content(evidence_kind="badge"), "evidence_kind: Please choose"),
    "a link that is a script": (
        change_content(links_out=[{"label": "x", "url": "javascript:alert(1)"}]), "no address on the web",
    ),
    "deep content": (change_content(story=[[[[[[[[]]]]]]]]), "story: This can't be read"),
    # changes of state
    "a reason too long": (
        change_entry(lambda entry: entry["turns"][0].update(reason="x" * 2001), "Ruimte maken"), "reason is too long",
    ),
    "a state of 50 letters": (
        change_entry(lambda entry: entry["turns"][0].update(after="x" * 50), "Ruimte maken"), "after: This can't",
    ),
    # links
    "a link to nowhere": (change_links(lambda links: links[0].update(to_id=NO_ID)), "isn't in portfolio.json"),
    "a link from nowhere": (change_links(lambda links: links[0].update(from_id=NO_ID)), "isn't in portfolio.json"),
    "a link to itself": (change_links(lambda links: links[0].update(to_id=links[0]["from_id"])), "link that can't be"),
    "a link of no type": (change_links(lambda links: links[0].update(type="likes")), "link that can't be"),
    "a link twice": (
        change_links(lambda links: links.append(links[0])), "same link is there twice",
    ),
    "a link later than now": (
        change_links(lambda links: links[0].update(created_at="2190-01-01T00:00:00.000000Z")), "in the future",
    ),
    "a goal from itself": (change_raw(_loop), "can't come from a goal"),
    # files
    "a file that isn't there": (_without_file, "is missing in this zip"),
    "other bytes": (change_file(a_picture("red"), tell=False), "isn't what it was"),
    "a program": (change_file(b"MZ\x90\0" + bytes(200), tell=True), "can't be kept here"),
    "a page": (change_file(b"<html><script>alert(1)</script>", tell=True), "can't be kept here"),
    "half a picture": (change_file(a_picture()[:300], tell=True), "can't be kept here"),
    "another kind of file": (change_file(a_picture(form="PNG"), tell=True), "isn't the kind of file"),
    "a locked file": (change_entry(lambda entry: entry["files"][0].update(pupils="yes")), "pupils: This can't"),
    "a file with a path": (change_entry(lambda entry: entry["files"][0].update(filename="../x.jpg")), "is missing"),
    "a description too long": (change_entry(lambda entry: entry["files"][0].update(alt="x" * 501)), "too long"),
    "a file twice": (change_entry(lambda entry: entry["files"].append(entry["files"][0])), "same id"),
    "a size of 0": (change_entry(lambda entry: entry["files"][0].update(size=0)), "size: This can't"),
    "a huge size": (change_entry(lambda entry: entry["files"][0].update(size=10**11)), "don't fit"),
}  # fmt: skip
