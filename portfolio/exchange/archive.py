"""What an archive is: its names, its one declared shape (written and read by the same classes) and its fingerprint.

`portfolio.json` holds what one person wrote. Entries and files have the ids they were first taken along with, whatever
they are called at a place they were brought back to. Only `portfolio` is content: it alone makes the fingerprint, so
that an archive made elsewhere from the same texts has the same one. The rest is about the archive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from portfolio.entries.field_types import refuse
from portfolio.entries.inputs import FIRST_DAY, LAST_DAY
from portfolio.entries.kinds import canonical
from portfolio.i18n import lazy_gettext as _l

FORMAT = "leadership-portfolio"
VERSION = 1
JSON_NAME = "portfolio.json"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def _read_day(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise refuse(_l("This is no day that can be."))
    return day


def _read_moment(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else None
    except ValueError:
        moment = None
    if moment is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise refuse(_l("This is no moment that can be."))
    return moment


def _read_id(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise refuse(_l("This is no id."))
    return uuid.UUID(value)


def write_moment(moment: dt.datetime) -> str:
    """A moment as the archive has it: UTC, to the microsecond."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Day = Annotated[dt.date, BeforeValidator(_read_day), PlainSerializer(dt.date.isoformat)]
Moment = Annotated[dt.datetime, BeforeValidator(_read_moment), PlainSerializer(write_moment)]
Id = Annotated[uuid.UUID, BeforeValidator(_read_id), PlainSerializer(str)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Text(_Part):
    """One deliberate save: the whole text at that time."""

    number: Number
    title: str
    happened_on: Day
    from_on: Day | None
    until_on: Day | None
    kind_version: Number
    content: dict[str, Any]
    created_at: Moment


class Turn(_Part):
    """From one state to another, and why."""

    before: Code
    after: Code
    reason: str
    happened_on: Day
    at: Moment


class File(_Part):
    """A file with an entry; its bytes lie in the archive under `member`."""

    id: Id
    filename: str
    media_type: str
    size: Annotated[int, Field(ge=1, le=10**12)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    alt: str
    pupils: Literal["no"]
    added_at: Moment

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return f"files/{self.id}-{self.filename}"


class Entry(_Part):
    """Something a person wrote, with every text that is still kept; the last is the current one."""

    id: Id
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    state: Code
    audience: Literal["author", "portfolio"]
    opens_at: Moment | None
    closes_at: Moment | None
    created_at: Moment
    updated_at: Moment
    texts: Annotated[list[Text], Field(min_length=1)]
    turns: list[Turn]
    files: list[File]

    @property
    def current(self) -> Text:
        """The text as it is now."""
        return self.texts[-1]


class Link(_Part):
    """A typed link between two entries of the archive."""

    from_id: Id
    to_id: Id
    type: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    created_at: Moment


def link_order(link: Link) -> tuple[uuid.UUID, uuid.UUID, str]:
    """By what links stand in an archive."""
    return link.from_id, link.to_id, link.type


class HandedFile(_Part):
    """A file that went with what was handed over; its bytes lie in the archive under `member`."""

    id: Id
    filename: str
    media_type: str
    size: Annotated[int, Field(ge=1, le=10**12)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    alt: str

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return f"handed_over/{self.id}-{self.filename}"


class HandedOver(_Part):
    """Words as their writer handed them over, or as they were settled; to be read, never brought back."""

    id: Id
    role: Literal["handed", "record"]
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind_version: Number
    title: str
    happened_on: Day | None
    from_on: Day | None
    until_on: Day | None
    content: dict[str, Any]
    note: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    taken_at: Moment
    opened_at: Moment | None
    settled_at: Moment | None
    closes_at: Moment | None
    files: list[HandedFile]


class Contents(_Part):
    """Everything that is taken along."""

    entries: list[Entry]
    links: list[Link]


class KindVersion(_Part):
    """Which plugin a kind of entry comes from, and the newest version its texts here have."""

    plugin: Annotated[str, Field(max_length=40)]
    version: Number


class LeftOut(_Part):
    """A file that stayed behind: pupils may be recognisable, or the store doesn't have its bytes any more."""

    entry_id: Id
    filename: str
    reason: Literal["pupils", "missing"]


class Archive(_Part):
    """The whole of portfolio.json."""

    format: Literal["leadership-portfolio"]
    version: Number
    exported_at: Moment
    fingerprint: str
    kinds: dict[str, KindVersion]
    written_elsewhere: dict[str, Literal["circle", "joint"]]
    """Ids of entries that lie in a circle's or a joint portfolio; elsewhere they become private entries."""
    left_out: list[LeftOut]
    handed_over: list[HandedOver] = []
    """What was handed over to a leader, as it was then. It belongs to the place where that was done, so it isn't
    brought back; and no part of the fingerprint."""
    portfolio: Contents

    def to_json(self) -> bytes:
        """The bytes of portfolio.json: the same for the same archive."""
        text = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
        return f"{text}\n".encode()


def fingerprint(contents: Contents | dict[str, Any]) -> str:
    """SHA-256 of what is taken along: equal exactly when nothing differs. Also of `portfolio` as it was read."""
    return hashlib.sha256(canonical(contents.model_dump() if isinstance(contents, Contents) else contents)).hexdigest()
