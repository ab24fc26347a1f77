"""Comments: a reader's words about an entry or about quoted words of it, seen by that reader and the owner only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Uuid, bindparam, delete, exists, select, update
from sqlalchemy.orm import aliased

from portfolio import once
from portfolio.access import COMMENT, KEEP
from portfolio.entries.inputs import too_long
from portfolio.entries.models import Comment, Revision
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.errors import NotVisible, Refused
from portfolio.events import CommentWritten
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.markdown import clean, plain
from portfolio.notices.kinds import COMMENT as COMMENT_NEWS
from portfolio.notices.kinds import REPLY as REPLY_NEWS
from portfolio.notices.telling import notify
from portfolio.people.models import Person
from portfolio.scope import Scope

KINDS = {
    "question": _l("Question"),
    "mirror": _l("Mirror"),
    "encouragement": _l("Encouragement"),
    "reference": _l("Reference"),
}
BODY_LENGTH = 5000
QUOTE_LENGTH = 500


@dataclass
class Said:
    """A comment or a reply, as the viewer may see it."""

    id: uuid.UUID
    author_id: uuid.UUID | None
    author: str
    """Empty when the author's account is gone."""
    kind: str
    body: str
    quote: str
    written_at: dt.datetime
    read_at: dt.datetime | None
    hidden: bool
    number: int | None
    """Of the revision it was about, for the entry's owner; None for others, or when that text was erased."""
    text_of: dt.datetime | None
    """When that revision was written, if it's not the current one; for the owner only."""
    mine: bool
    replies: list[Said] = field(default_factory=list)


def _comments_statement() -> object:
    return (
        select(
            Comment.id,
            Comment.author_id,
            Person.name,
            Comment.kind,
            Comment.body,
            Comment.quote,
            Comment.written_at,
            Comment.read_at,
            Comment.hidden_at,
            Comment.reply_to,
            Revision.number,
            Revision.created_at,
        )
        .outerjoin(Person, Person.id == Comment.author_id)
        .outerjoin(Revision, Revision.id == Comment.revision_id)
        .where(Comment.entry_id == bindparam("entry", type_=Uuid()))
        .order_by(Comment.reply_to.is_not(None), Comment.written_at, Comment.id)
    )


_COMMENTS = _comments_statement()
_LAST = (
    select(Comment.id, Comment.author_id, Comment.kind, Comment.body, Comment.quote)
    .where(Comment.entry_id == bindparam("entry_id", type_=Uuid()), Comment.written_at >= bindparam("since"))
    .order_by(Comment.written_at.desc(), Comment.id.desc())
    .limit(1)
)
_LAST_REPLY = _LAST.where(Comment.reply_to == bindparam("reply_to", type_=Uuid()))
"""Of anybody: who says the same again after an answer means it."""
_LAST_COMMENT = _LAST.where(Comment.reply_to.is_(None), Comment.author_id == bindparam("author_id", type_=Uuid()))


def list_comments(scope: Scope, entry: OpenEntry) -> list[Said]:
    """The threads of an entry: all of them for its owner, a reader's own for that reader. One query.

    The wall counts here too: what somebody the viewer leads wrote is not there.
    """
    threads: dict[uuid.UUID, Said] = {}
    for id_, author_id, name, kind, body, quote, written, read, hidden, reply_to, number, revised in scope.rows(
        _COMMENTS, {"entry": entry.id}
    ):
        if author_id in scope.relations.led:
            continue
        said = Said(id_, author_id, name or "", kind, body, quote, written, read, hidden is not None, None, None, False)
        said.mine = author_id == scope.me.id
        if entry.mine:
            said.number = number
            said.text_of = revised if number is not None and number != entry.number else None
        if reply_to is None:
            if entry.mine or said.mine:
                threads[id_] = said
        elif reply_to in threads:
            threads[reply_to].replies.append(said)
    return list(threads.values())


def add_comment(
    scope: Scope, entry_id: uuid.UUID, kind: str, body: str, quote: str = "", *, form_id: uuid.UUID | None = None
) -> uuid.UUID:
    """A reader writes about an entry, or about words quoted from its current text; returns the comment's id.

    The same words sent once more by a form (see once.py) are the comment that is there.
    Raises Refused for an empty or overlong text, an unknown kind, or a quote that isn't in the text.
    """
    entry = get_entry(scope, entry_id, COMMENT)
    if entry.mine:
        raise Refused(_("You can answer others here; a note to yourself is a reflection."))
    errors: dict[str, str] = {}
    if kind not in KINDS:
        errors["kind"] = _("Choose one of these.")
    quote = " ".join(clean(quote).split())
    if len(quote) > QUOTE_LENGTH:
        errors["quote"] = too_long(QUOTE_LENGTH, len(quote))
    elif quote and quote not in readable_text(entry):
        errors["quote"] = _("These words are not in the text. Copy them exactly, or leave this empty.")
    body = _checked_body(body, errors)
    if errors:
        raise Refused(errors)
    return _write(scope, entry, form_id, kind=kind, body=body, quote=quote)


def reply(
    scope: Scope, entry_id: uuid.UUID, comment_id: uuid.UUID, body: str, *, form_id: uuid.UUID | None = None
) -> uuid.UUID:
    """The owner answers a comment, or its author goes on; returns the reply's id. The comment is then read.

    `form_id` as in `add_comment`.
    """
    entry = get_entry(scope, entry_id, COMMENT)
    comment = _comment_of(scope, entry, comment_id)
    if entry.deleted_at is not None or (not entry.mine and comment.author_id != scope.me.id):
        raise NotVisible(str(comment_id))
    errors: dict[str, str] = {}
    body = _checked_body(body, errors)
    if errors:
        raise Refused(errors)
    if entry.mine and comment.read_at is None:
        comment.read_at = scope.now
    thread = comment if comment.reply_to is None else scope.session.get_one(Comment, comment.reply_to)
    others = (entry.author_id, thread.author_id)
    return _write(scope, entry, form_id, body=body, reply_to=thread.id, to=others)


def mark_read(scope: Scope, entry_id: uuid.UUID, comment_id: uuid.UUID, *, read: bool) -> None:
    """The owner has read a comment, or wants to come back to it."""
    entry = get_entry(scope, entry_id, KEEP)
    _comment_of(scope, entry, comment_id).read_at = scope.now if read else None


def hide(scope: Scope, entry_id: uuid.UUID, comment_id: uuid.UUID, *, hidden: bool) -> None:
    """The owner folds a comment away, or brings it back."""
    entry = get_entry(scope, entry_id, KEEP)
    _comment_of(scope, entry, comment_id).hidden_at = scope.now if hidden else None


def take_back(scope: Scope, entry_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Its author takes a comment back, as long as nobody answered. Raises Refused when somebody did."""
    entry = get_entry(scope, entry_id, COMMENT)
    comment = _comment_of(scope, entry, comment_id)
    if comment.author_id != scope.me.id:
        raise NotVisible(str(comment_id))
    answer = aliased(Comment)
    answered = exists().where(
        answer.reply_to == (comment.reply_to or comment.id),
        answer.id != comment.id,
        answer.written_at >= comment.written_at,
    )
    if scope.session.execute(select(answered)).scalar_one():
        raise Refused(_("It has been answered, so it stays. You can write another."))
    scope.session.execute(delete(Comment).where(Comment.id == comment_id))


def forget_quotes(scope: Scope, entry: OpenEntry) -> None:
    """Empty the quotes from earlier texts: when its owner erases those, the quotes go too."""
    earlier = select(Revision.id).where(Revision.entry_id == entry.id, Revision.number < entry.number)
    scope.session.execute(
        update(Comment)
        .where(Comment.entry_id == entry.id, Comment.revision_id.in_(earlier))
        .values(quote="")
        .execution_options(synchronize_session=False)
    )


def readable_text(entry: OpenEntry) -> str:
    """All words of the current text, as a reader can select them, with single spaces."""
    texts: list[str] = [entry.title]

    def collect(value: object) -> None:
        if isinstance(value, str):
            texts.append(plain(value))
        elif isinstance(value, dict):
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(entry.content)
    return " ".join(" ".join(texts).split())


def _checked_body(body: str, errors: dict[str, str]) -> str:
    body = clean(body).strip()
    if not body:
        errors["body"] = _("Write something first.")
    elif len(body) > BODY_LENGTH:
        errors["body"] = too_long(BODY_LENGTH, len(body))
    return body


def _comment_of(scope: Scope, entry: OpenEntry, comment_id: uuid.UUID) -> Comment:
    comment = scope.session.get(Comment, comment_id)
    hidden_by_wall = comment is not None and comment.author_id in scope.relations.led
    if comment is None or comment.entry_id != entry.id or hidden_by_wall:
        raise NotVisible(str(comment_id))
    return comment


def _write(
    scope: Scope,
    entry: OpenEntry,
    form_id: uuid.UUID | None,
    *,
    body: str,
    kind: str = "",
    quote: str = "",
    reply_to: uuid.UUID | None = None,
    to: Collection[uuid.UUID | None] = (),
) -> uuid.UUID:
    said = {"entry_id": entry.id, "reply_to": reply_to, "kind": kind, "body": body, "quote": quote}
    values = {**said, "revision_id": entry.revision_id, "author_id": scope.me.id, "written_at": scope.now}

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        last = scope.rows(_LAST_REPLY if reply_to else _LAST_COMMENT, {**values, "since": since}).one_or_none()
        same = last is not None and (last.author_id, last.kind, last.body, last.quote) == (
            scope.me.id, kind, body, quote,
        )  # fmt: skip
        return last.id if last is not None and same else None

    comment_id, written = once.add_row(scope, Comment.__table__, values, form_id, said, find_same)
    if written:
        notify(scope, REPLY_NEWS if reply_to else COMMENT_NEWS, to or [entry.author_id], entry_id=entry.id)
        scope.tell(CommentWritten(entry.id, comment_id=comment_id))
    return comment_id
