"""What people write around a session, as entries of the trunk, and which session it belongs to.

A case and advice are shared until the session's term is over, so they close for the others by access itself. Who may
read any of it is asked of the trunk (`VISIBLE`); the tie to a session opens nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.intervisie.agreements import place_of
from portfolio_plugins.intervisie.kinds import Advice, Case, Evaluation, Pattern, TakeAway
from portfolio_plugins.intervisie.models import ADVICE, CANCELLED, EVALUATION, PATTERN, TAKE_AWAY, Meeting, SessionEntry
from portfolio_plugins.intervisie.naming import find_names, list_names, say_role
from portfolio_plugins.intervisie.sessions import OpenSession, get_session
from portfolio_plugins.intervisie.settings import NAME
from sqlalchemy import Uuid, bindparam, exists, or_, select, update

from portfolio import once
from portfolio.access import READ, VISIBLE, WRITE, parameters
from portfolio.entries.inputs import clean_line, clean_prose
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.models import Entry, Rendered, Revision, Share
from portfolio.entries.reading import READ_TODAY, get_entry
from portfolio.entries.sharing import Target, end_share, read_until, share_entry, share_written
from portfolio.entries.writing import create_entry, edit_entry, fingerprint
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.inserting import add_new
from portfolio.markdown import RENDERER_VERSION, plain
from portfolio.people.models import Person
from portfolio.scope import Scope

KINDS: dict[str, type[Kind]] = {ADVICE: Advice, TAKE_AWAY: TakeAway, EVALUATION: Evaluation, PATTERN: Pattern}
TITLE = 80
_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")
_WRITTEN = (
    select(
        SessionEntry.what, Entry.id, Entry.portfolio_id, Entry.plugin, Entry.kind, Entry.title, Entry.author_id,
        Person.name.label("author"), Revision.content, Revision.kind_version, Rendered.html, Rendered.renderer,
        exists()
        .where(Share.entry_id == Entry.id, Share.person_id == _ME, Share.running(_DAY), Share.until.is_(None))
        .correlate(Entry)
        .label("kept"),
        READ_TODAY,
    )
    .join(Entry, Entry.id == SessionEntry.entry_id)
    .join(Person, Person.id == Entry.author_id)
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .outerjoin(Rendered, Rendered.revision_id == Revision.id)
    .where(
        SessionEntry.session_id == bindparam("session", type_=Uuid()),
        Entry.id.in_(VISIBLE[READ]),
        Entry.deleted_at.is_(None),
        or_(SessionEntry.what.in_((ADVICE, EVALUATION)), Entry.author_id == _ME),
    )
    .order_by(Entry.created_at, Entry.id)
)  # fmt: skip

_SAME = (
    select(Entry.id)
    .join(SessionEntry, SessionEntry.entry_id == Entry.id)
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .where(
        SessionEntry.session_id == bindparam("session", type_=Uuid()),
        SessionEntry.what == bindparam("what"),
        Entry.author_id == _ME,
        Entry.created_at >= bindparam("since"),
        Entry.deleted_at.is_(None),
        Revision.sha256 == bindparam("sha256"),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Written:
    """An entry that belongs to a session, as far as the viewer may read it."""

    what: str
    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    author_id: uuid.UUID
    author: str
    content: dict[str, Any]
    html: dict[str, str]
    mine: bool
    """The viewer wrote it."""
    kept: bool
    """Advice to the viewer that they keep: it has no end any more."""
    read_today: bool

    @property
    def answers(self) -> list[tuple[Any, str, str]]:
        """Label, text and HTML of each field that says something; HTML only of what is Markdown."""
        cls = KINDS[self.what]
        return [(one.label, str(one.value), one.html) for one in cls.show(self.content, self.html)]


def list_written(scope: Scope, session: OpenSession) -> list[Written]:
    """The session's advice and evaluations, and the viewer's own take-away, as far as they may read these.

    Advice is there for who gave and who got it. A page that shows them says so to their writers: `note_reading`. One
    query.
    """
    found = []
    for row in scope.rows(_WRITTEN, {**parameters(scope), "session": session.id}):
        cls = KINDS[row.what]
        content = cls.upgrade(dict(row.content), row.kind_version)
        stored = row.renderer == RENDERER_VERSION and row.kind_version == cls.version
        mine = row.author_id == scope.me.id
        one = Written(
            row.what, row.id, row.portfolio_id, row.plugin, row.kind, row.title, row.author_id, row.author, content,
            row.html if stored else cls.html(content), mine, bool(row.kept), bool(row.read_today),
        )  # fmt: skip
        found.append(one)
    return found


def put_down_case(scope: Scope, session_id: uuid.UUID, entry_id: uuid.UUID) -> OpenSession:
    """The viewer brings an own case to a session of this group: its members read it until the term is over.

    Who does so becomes its case owner, if nobody is yet. Returns the session as it was. Raises Refused when somebody
    else brings the case, when the session's term is over or it was called off, and as `share_entry`; NotVisible for
    what is no own case.
    """
    circle, _portfolio = place_of(scope)
    session = get_session(scope, session_id)
    owner = session.roles.get("case_owner")
    if owner is not None and owner.id != scope.me.id:
        raise Refused(_("%(name)s brings the question to this session.", name=owner.name))
    if session.closed or session.state == CANCELLED:
        raise Refused(_("This session is over, or called off. Choose another one."))
    share_entry(scope, entry_id, Case, f"circle:{circle}", session.last_day)
    case = select(Entry.id).where(Entry.id == entry_id, Entry.kind == Case.name)
    if not _put(scope, session.id, {"case_id": entry_id, "case_owner_id": scope.me.id}, exists(case)):
        raise NotVisible(str(entry_id))
    return session


def take_back_case(scope: Scope, session_id: uuid.UUID) -> None:
    """The viewer takes their case out of a session: the group doesn't read it any more. Raises NotVisible."""
    circle, _portfolio = place_of(scope)
    session = get_session(scope, session_id)
    if session.case_id is None or not session.has("case_owner", scope.me.id):
        raise NotVisible(str(session_id))
    entry = get_entry(scope, session.case_id, WRITE)
    shares = {one.share_id for one in entry.readers if one.via == "circle" and one.target_id == circle and one.share_id}
    for share in shares:
        end_share(scope, entry.id, share)
    _put(scope, session.id, {"case_id": None})


def reformulate(scope: Scope, session_id: uuid.UUID, question: str) -> None:
    """The case owner says the question anew; the first one stays beside it.

    Raises Refused (field new_question) where it names somebody or is too long, NotVisible for anybody else.
    """
    session = get_session(scope, session_id)
    if session.case_id is None or not session.has("case_owner", scope.me.id):
        raise NotVisible(str(session_id))
    found = find_names(question, list_names(scope))
    if found:
        raise Refused({"new_question": say_role(found[0])})
    entry = get_entry(scope, session.case_id, WRITE, readers=False)
    content = Case.upgrade(dict(entry.content), entry.kind_version) | {"new_question": clean_line(question)}
    draft = Draft(entry.title, entry.happened_on, entry.from_on, entry.until_on, content, entry.number)
    edit_entry(scope, entry.id, Case, draft)


def give_advice(
    scope: Scope, session_id: uuid.UUID, text: str, form_id: uuid.UUID | None = None, *, to: str = ""
) -> uuid.UUID:
    """Advice of the viewer to the case owner, who alone reads it, until the term is over; returns its id.

    `to`: the id of whom the form named, who may not bring the case any more. Raises Refused for that, for no text, for
    oneself, or when nobody brings the case or the term is over; NotVisible.
    """
    session = get_session(scope, session_id)
    owner, text = session.roles.get("case_owner"), clean_prose(text).strip()
    if not text:
        raise Refused({"advice": _("Write down what you would advise.")})
    if owner is None or owner.id == scope.me.id or session.closed:
        raise Refused({"advice": _("There is nobody here to give advice to, or the session's term is over.")})
    if to and to != str(owner.id):
        raise Refused({"advice": _("%(name)s brings the question to this session.", name=owner.name)})
    day = min(session.day, scope.today)
    draft = Draft(_first_words(text), day, None, None, Advice.empty() | {"text": text}, 0)
    entry_id, new = _write(scope, session.id, ADVICE, draft, form_id)
    if new:  # otherwise it was sent twice, and is given already
        share_written(scope, entry_id, NAME, Target("person", owner.id, owner.name), session.last_day)
    return entry_id


def keep_advice(scope: Scope, session_id: uuid.UUID, entry_id: uuid.UUID, *, keep: bool = True) -> None:
    """Who got advice in a session keeps it: its end is taken off, so both read it on. Or doesn't keep it after all.

    The wall still ends it, and so can who gave it. Raises NotVisible for anything else.
    """
    session = get_session(scope, session_id)
    entry = get_entry(scope, entry_id)
    if entry.kind != Advice.name or entry.mine or not _was_given(scope, session.id, entry_id):
        raise NotVisible(str(entry_id))
    yesterday = scope.today - dt.timedelta(days=1)
    read_until(scope, entry_id, None if keep else max(session.last_day, yesterday))


def write_take_away(scope: Scope, session_id: uuid.UUID, draft: Draft, form_id: uuid.UUID | None = None) -> uuid.UUID:
    """What the viewer takes away from a session, in their own portfolio; returns its id. Raises NotVisible, Refused."""
    session = get_session(scope, session_id)
    return _write(scope, session.id, TAKE_AWAY, draft, form_id)[0]


def write_evaluation(scope: Scope, session_id: uuid.UUID, draft: Draft, form_id: uuid.UUID | None = None) -> uuid.UUID:
    """How a session was, for the group; returns its id. Raises NotVisible, Refused."""
    session = get_session(scope, session_id)
    return _write(scope, session.id, EVALUATION, draft, form_id, portfolio_id=session.portfolio_id)[0]


def write_pattern(
    scope: Scope, draft: Draft, session_ids: Iterable[uuid.UUID], form_id: uuid.UUID | None = None
) -> uuid.UUID:
    """What comes back across sessions of this group, for its members; returns its id. Raises NotVisible, Refused.

    What is no session of this group is no part of it.
    """
    _circle, portfolio = place_of(scope)
    entry_id = create_entry(scope, NAME, Pattern, draft, form_id=form_id, portfolio_id=portfolio)
    asked = list(session_ids)
    mine = select(Meeting.id).where(Meeting.portfolio_id == portfolio, Meeting.id.in_(asked))
    _tie(scope, list(scope.session.scalars(mine)) if asked else [], entry_id, PATTERN)
    return entry_id


def _was_given(scope: Scope, session_id: uuid.UUID, entry_id: uuid.UUID) -> bool:
    """The advice was written to the viewer, in that session: shared as it was made, not by its writer later."""
    given = (
        select(Share.id)
        .join(Entry, Entry.id == Share.entry_id)
        .join(SessionEntry, SessionEntry.entry_id == Entry.id)
        .where(
            SessionEntry.session_id == session_id,
            Entry.id == entry_id,
            Share.person_id == scope.me.id,
            Share.shared_at == Entry.created_at,
        )
    )
    return scope.rows(given.limit(1)).scalar() is not None


def _write(
    scope: Scope, session_id: uuid.UUID, what: str, draft: Draft, form_id: uuid.UUID | None, **place: Any
) -> tuple[uuid.UUID, bool]:
    """Write an entry that belongs to a session; returns its id, and whether it is new.

    What a form sends again within the hour is there already: in this session. The same words in another are another
    entry, with readers of its own.
    """
    kind = KINDS[what]
    if form_id is not None:
        sha256 = fingerprint(kind, draft, kind.validate(draft.content))
        since = scope.now - once.AGAIN
        values = {"session": session_id, "what": what, "me": scope.me.id, "sha256": sha256, "since": since}
        there = scope.rows(_SAME, values).scalar()
        if there is not None:
            return there, False
    entry_id = create_entry(scope, NAME, kind, draft, form_id=form_id, looked=True, **place)
    return entry_id, _tie(scope, [session_id], entry_id, what)


def _tie(scope: Scope, session_ids: list[uuid.UUID], entry_id: uuid.UUID, what: str) -> bool:
    """Say that an entry belongs to these sessions; whether that is new."""
    rows = [{"session_id": one, "entry_id": entry_id, "what": what} for one in session_ids]
    return bool(rows) and add_new(scope.session, SessionEntry, rows)


def _put(scope: Scope, session_id: uuid.UUID, values: dict[str, Any], *conditions: Any) -> bool:
    changed = update(Meeting).where(Meeting.id == session_id, *conditions).values(number=Meeting.number + 1, **values)
    done = scope.session.execute(changed.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _first_words(text: str) -> str:
    words = " ".join(plain(text).split())
    return words if len(words) <= TITLE else f"{words[: TITLE - 1].rsplit(' ', 1)[0]}…"


def day_of(session: OpenSession, today: dt.date) -> dt.date:
    """The day that what is written about a session has: its own, or today for one still to come."""
    return min(session.day, today)
