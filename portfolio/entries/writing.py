"""Writing entries: a deliberate save makes a revision; an edit says which revision it saw."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from portfolio import once
from portfolio.access import KEEP, WRITE
from portfolio.db import new_id
from portfolio.entries.commenting import forget_quotes
from portfolio.entries.entry_texts import EntryText
from portfolio.entries.inputs import too_long
from portfolio.entries.kinds import Draft, Kind, sha256_of
from portfolio.entries.linking import Links, put_links
from portfolio.entries.models import Attachment, Entry, Link, Rendered, Revision, StateChange
from portfolio.entries.readers import find_readers
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.errors import Conflict, NotVisible, Refused
from portfolio.events import EntryWritten, StateChanged
from portfolio.i18n import gettext as _
from portfolio.markdown import RENDERER_VERSION, clean
from portfolio.notices.kinds import CHANGED
from portfolio.notices.telling import notify
from portfolio.scope import Scope

REASON_LENGTH = 2000
_TABLES: tuple[Any, ...] = (Revision.__table__, Rendered.__table__)
_ADD_REVISION, _ADD_RENDERED = (insert(table) for table in _TABLES)
_ENTRY: Any = Entry.__table__
_MOVE = (
    update(_ENTRY)
    .where(_ENTRY.c.id == bindparam("entry"), _ENTRY.c.number == bindparam("seen"))
    .values(
        {
            name: bindparam(name)
            for name in ("number", "title", "happened_on", "from_on", "until_on", "updated_at")
        }
    )
)
_SAME = (
    select(Entry.id, Link.type, Link.to_id)
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .outerjoin(Link, Link.from_id == Entry.id)
    .where(
        *(_ENTRY.c[name] == bindparam(name) for name in ("portfolio_id", "kind", "happened_on", "author_id")),
        Revision.sha256 == bindparam("sha256"),
        Entry.created_at >= bindparam("since"),
        Entry.deleted_at.is_(None),
    )
)


def create_entry(
    scope: Scope,
    plugin: str,
    kind: type[Kind],
    draft: Draft,
    *,
    state: str = "",
    links: Links | None = None,
    form_id: uuid.UUID | None = None,
    portfolio_id: uuid.UUID | None = None,
    looked: bool = False,
) -> uuid.UUID:
    """Write a new entry in the viewer's own portfolio, linked as told; returns its id. It is private until shared.

    With `portfolio_id` in a circle's or joint portfolio they take part in: there its members read it at once, unless
    the kind is never shared. The same text sent once more by a form (see once.py) is the entry that is there, as it
    stands by now; who has `looked` whether it is there says so, and saves a look. Raises NotVisible when the viewer
    doesn't write there or the plugin is not on there, Refused for content that can't be right and as
    `linking.set_links`.
    """
    content = kind.validate(draft.content)
    values = {
        "portfolio_id": _place_to_write(scope, plugin, portfolio_id),
        "author_id": scope.me.id,
        "plugin": plugin,
        "kind": kind.name,
        "title": draft.title,
        "happened_on": draft.happened_on,
        "from_on": draft.from_on,
        "until_on": draft.until_on,
        "state": state or kind.default_state,
        "audience": kind.audience(),
        "number": 1,
        "created_at": scope.now,
        "updated_at": scope.now,
    }
    ends = {name: sorted(ids) for name, ids in (links or {}).items() if ids}
    text = fingerprint(kind, draft, content)

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        return _find_same(scope, values | {"sha256": text, "since": since}, ends)

    typed = [kind.name, values["state"], text, ends]
    entry_id, written = once.add_row(scope, _ENTRY, values, form_id, typed, find_same, looked=looked)
    if not written:
        return entry_id
    _add_revision(scope, entry_id, 1, kind, draft, content)
    put_links(scope, entry_id, kind, links or {})
    scope.tell(EntryWritten(entry_id, kind=kind.name, number=1))
    return entry_id


def _place_to_write(scope: Scope, plugin: str, portfolio_id: uuid.UUID | None) -> uuid.UUID:
    own = scope.relations.portfolio
    if portfolio_id in (None, own):
        if own is None or not scope.gate.is_on(plugin):
            raise NotVisible(plugin)
        return own
    assert portfolio_id is not None
    there = portfolio_id in scope.relations.circle_portfolios or portfolio_id in scope.relations.joint
    if not there or not scope.gate.is_on_at(portfolio_id, plugin):
        raise NotVisible(plugin)
    return portfolio_id


def edit_entry(
    scope: Scope, entry_id: uuid.UUID, kind: type[Kind], draft: Draft, *, links: Links | None = None
) -> bool:
    """Save an edit as a new revision; False, and no revision, when nothing differs from what stands there.

    Links become as told either way. Raises Conflict when the entry was changed since the revision the form saw:
    nothing is saved and the current text is in the error. Who sends the same text twice has no conflict. Raises
    Refused as `create_entry`, NotVisible for what is in the bin.
    """
    entry = get_entry(scope, entry_id, WRITE, readers=False)
    if entry.deleted_at is not None:
        raise NotVisible(str(entry_id))
    return _edit(scope, entry, kind, draft, links)


def edit_text(scope: Scope, text: EntryText, kind: type[Kind], draft: Draft, *, links: Links | None = None) -> bool:
    """As `edit_entry`, of an own text that this transaction has read already: with `list_own_texts`."""
    own = text.author_id == scope.me.id and text.portfolio_id == scope.relations.portfolio
    if not own or not scope.gate.is_on(text.plugin):
        raise NotVisible(str(text.id))
    return _edit(scope, text, kind, draft, links)


def _edit(scope: Scope, entry: OpenEntry | EntryText, kind: type[Kind], draft: Draft, links: Links | None) -> bool:
    content = kind.validate(draft.content)
    differs = fingerprint(kind, draft, content) != _fingerprint_of(kind, entry)
    if differs:
        _save(scope, entry, kind, draft, content)
        _tell_readers(scope, entry, kind)
    put_links(scope, entry.id, kind, links or {})
    return differs


def restore_revision(scope: Scope, entry_id: uuid.UUID, kind: type[Kind], number: int, seen: int) -> bool:
    """Make an earlier text the current one again, as a new revision. False when it is the same text.

    Raises NotVisible for a text that isn't there, and as `edit_entry`.
    """
    entry = get_entry(scope, entry_id, WRITE, readers=False)
    if not 0 < number <= entry.number:
        raise NotVisible(str(number))
    found = scope.session.scalars(
        select(Revision).where(Revision.entry_id == entry_id, Revision.number == number)
    ).one_or_none()
    if found is None:
        raise NotVisible(str(number))
    content = kind.upgrade(dict(found.content), found.kind_version)
    draft = Draft(found.title, found.happened_on, found.from_on, found.until_on, content, seen)
    return edit_entry(scope, entry.id, kind, draft)


def erase_earlier(scope: Scope, entry_id: uuid.UUID) -> int:
    """Erase every earlier text of an entry, and the words readers quoted from them; returns how many.

    Comments stay; one that was about an erased text no longer says which words.
    """
    entry = get_entry(scope, entry_id, KEEP, readers=False)
    forget_quotes(scope, entry)
    erased = scope.session.execute(
        delete(Revision).where(Revision.entry_id == entry_id, Revision.number < entry.number)
    )
    return int(erased.rowcount)  # type: ignore[attr-defined]


def change_state(
    scope: Scope, entry_id: uuid.UUID, kind: type[Kind], state: str, reason: str, happened_on: dt.date | None = None
) -> None:
    """An entry goes to another state, with the reason in the author's words (may be empty).

    Raises Refused for a state this kind doesn't have, or the one it is in, or a reason over the limit.
    """
    entry = get_entry(scope, entry_id, WRITE, readers=False)
    if entry.deleted_at is not None:
        raise NotVisible(str(entry_id))
    if state not in kind.states_by_code:
        raise Refused({"state": _("Choose one of these.")})
    if state == entry.state:
        raise Refused({"state": _("It is there already. Choose another, or leave it.")})
    reason = clean(reason).strip()
    if len(reason) > REASON_LENGTH:
        raise Refused({"reason": too_long(REASON_LENGTH, len(reason))})
    scope.session.execute(update(Entry).where(Entry.id == entry_id).values(state=state, updated_at=scope.now))
    scope.session.add(
        StateChange(
            entry_id=entry_id,
            author_id=scope.me.id,
            before=entry.state,
            after=state,
            reason=reason,
            happened_on=happened_on or scope.today,
            at=scope.now,
        )
    )
    scope.session.flush()
    scope.tell(StateChanged(entry_id, before=entry.state, after=state))


def fingerprint(kind: type[Kind], draft: Draft, content: dict[str, Any]) -> str:
    """SHA-256 of a whole text: equal when there is no difference."""
    return sha256_of(draft.title, draft.happened_on, draft.from_on, draft.until_on, content, kind.version)


def _find_same(scope: Scope, values: dict[str, Any], ends: Links) -> uuid.UUID | None:
    """The viewer's entry with exactly this text and these links; not one in the bin, where it isn't found again."""
    wanted = {(name, to_id) for name, ids in ends.items() for to_id in ids}
    there: dict[uuid.UUID, set[tuple[str, uuid.UUID]]] = {}
    for entry_id, name, to_id in scope.rows(_SAME, values):
        there.setdefault(entry_id, set()).update([(name, to_id)] if name else [])
    return next((entry_id for entry_id, found in there.items() if found == wanted), None)


def _fingerprint_of(kind: type[Kind], entry: OpenEntry | EntryText) -> str:
    content = kind.upgrade(dict(entry.content), entry.kind_version)
    return sha256_of(entry.title, entry.happened_on, entry.from_on, entry.until_on, content, kind.version)


def _save(
    scope: Scope, entry: OpenEntry | EntryText, kind: type[Kind], draft: Draft, content: dict[str, Any]
) -> None:
    number = entry.number + 1
    moved = scope.rows(
        _MOVE,
        {
            "entry": entry.id,
            "seen": draft.seen,
            "number": number,
            "title": draft.title,
            "happened_on": draft.happened_on,
            "from_on": draft.from_on,
            "until_on": draft.until_on,
            "updated_at": scope.now,
        },
    )
    if moved.rowcount == 0:  # somebody saved since the form was shown
        raise Conflict(get_entry(scope, entry.id, WRITE))
    _add_revision(scope, entry.id, number, kind, draft, content)
    scope.tell(EntryWritten(entry.id, kind=kind.name, number=number))


def _tell_readers(scope: Scope, entry: OpenEntry | EntryText, kind: type[Kind]) -> None:
    """Whoever it is shared with has news. Those who take part where it lies look there anyway."""
    if kind.shareable and entry.portfolio_id == scope.relations.portfolio:
        reached = [one.person_id for one in find_readers(scope, [entry.id]) if one.reaches]
        notify(scope, CHANGED, reached, entry_id=entry.id)


def _add_revision(
    scope: Scope, entry_id: uuid.UUID, number: int, kind: type[Kind], draft: Draft, content: dict[str, Any]
) -> None:
    revision_id = new_id()
    scope.rows(
        _ADD_REVISION,
        {
            "id": revision_id,
            "entry_id": entry_id,
            "number": number,
            "author_id": scope.me.id,
            "title": draft.title,
            "happened_on": draft.happened_on,
            "from_on": draft.from_on,
            "until_on": draft.until_on,
            "kind_version": kind.version,
            "content": content,
            "sha256": fingerprint(kind, draft, content),
            "created_at": scope.now,
        },
    )
    html = rendered(scope, entry_id, kind, content)
    scope.rows(_ADD_RENDERED, {"revision_id": revision_id, "renderer": RENDERER_VERSION, "html": html})


def rendered(scope: Scope, entry_id: uuid.UUID, kind: type[Kind], content: dict[str, Any]) -> dict[str, str]:
    """HTML of each Markdown field; pictures only from this entry's own files."""
    known: dict[str, str] | None = None

    def own_image(name: str) -> str | None:
        nonlocal known
        if known is None:
            rows = scope.session.execute(
                select(Attachment.id, Attachment.origin_id).where(Attachment.entry_id == entry_id)
            )
            known = {str(name): f"/files/{found}" for found, origin in rows for name in (found, origin) if name}
        return known.get(name.lower())

    return kind.html(content, own_image)
