"""What people do in a live session: go on, open positions, ask, mark, note. The form says which step it saw.

Every member may go on, also for a facilitator who isn't there. Two who press "next" at once go one step.
"""

from __future__ import annotations

import uuid
from typing import Any

from portfolio_plugins.intervisie import planning
from portfolio_plugins.intervisie.methods import LISTENING, MARKING, POSITIONS, QUESTIONS, MethodStep
from portfolio_plugins.intervisie.models import (
    DONE,
    MARKS,
    NOTE,
    OPEN,
    PLANNED,
    POSITION,
    QUESTION,
    Line,
    Meeting,
    Present,
    Reveal,
)
from portfolio_plugins.intervisie.sessions import ROLES, OpenSession, get_session
from sqlalchemy import delete, exists, func, select, update

from portfolio import once
from portfolio.entries.inputs import clean_prose, too_long
from portfolio.errors import Conflict, Refused
from portfolio.i18n import gettext as _
from portfolio.inserting import add_new, insert_into
from portfolio.scope import Scope

NEXT, SKIP, BACK, END = "next", "skip", "back", "end"
WAYS = {NEXT: 1, SKIP: 2, BACK: -1}
"""How many steps on."""
LENGTH = 4000
MOST_LINES = 200
"""Of one person in one session: far more than anybody asks, and not as many as a machine sends."""
_POSITION = uuid.UUID("6f1c2f3e-6d2b-5b0e-9c54-0d6a1f0a7a11")
"""Names the ids of positions: of one person in one step there is one."""
_LINES: Any = Line.__table__


def turn(scope: Scope, session_id: uuid.UUID, way: str, seen: int) -> None:
    """Begin or go on to the next step, skip it, go back, or end the session.

    Raises Conflict, with the session as it is, when it isn't at the step `seen` any more; Refused, NotVisible.
    """
    session = get_session(scope, session_id)
    if session.closed or session.state not in (PLANNED, OPEN):
        raise Refused(_("This session is over, or called off."))
    values: dict[str, Any] = {"state": DONE, "number": Meeting.number + 1}
    if way != END:
        step = seen + WAYS.get(way, 0)
        if way not in WAYS or session.method.find_step(step) is None:
            raise Refused(_("There is no such step."))
        values = {"step": step, "step_began_at": scope.now}
    if session.state == PLANNED:
        planning.change_state(scope, session_id, OPEN)
    moved = scope.session.execute(
        update(Meeting)
        .where(Meeting.id == session.id, Meeting.state == OPEN, Meeting.step == seen)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(get_session(scope, session_id))


def reveal(scope: Scope, session_id: uuid.UUID, code: str) -> None:
    """Open the positions of a step: from now on every member reads them. Once more is fine.

    Raises Refused where there is nothing to open, or not yet; NotVisible.
    """
    session = _get_open(scope, session_id)
    _find_step(session, code, POSITIONS)
    add_new(scope.session, Reveal, [{"session_id": session.id, "step": code, "at": scope.now}])


def come(scope: Scope, session_id: uuid.UUID) -> None:
    """The viewer is there. Raises NotVisible."""
    session = get_session(scope, session_id)
    add_new(scope.session, Present, [{"session_id": session.id, "person_id": scope.me.id, "came_at": scope.now}])


def claim(scope: Scope, session_id: uuid.UUID, role: str) -> None:
    """The viewer takes a role that nobody has yet. Raises Refused when somebody has it, or for no role; NotVisible."""
    session = _get_open(scope, session_id)
    if role not in ROLES:
        raise Refused(_("Choose one of these."))
    column = getattr(Meeting, f"{role}_id")
    taken = scope.session.execute(
        update(Meeting)
        .where(Meeting.id == session.id, column.is_(None))
        .values({column: scope.me.id, Meeting.number: Meeting.number + 1})
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]
        raise Refused(_("Somebody took that on just before you."))


def write_line(
    scope: Scope, session_id: uuid.UUID, what: str, code: str, text: str, form_id: uuid.UUID | None = None
) -> None:
    """Write a question, a position or a note, in the step with that code. A position replaces one's own of before.

    Also when the group went on meanwhile: what somebody was writing isn't lost. Raises Refused (field text) where the
    step asks no such thing, of oneself, or not yet; for a position that comes after they were opened; for no or too
    much text. Raises NotVisible.
    """
    session = _get_open(scope, session_id)
    owner = session.has("case_owner", scope.me.id)
    text = clean_prose(text).strip()
    if not text:
        raise Refused({"text": _("Write something first.")})
    if len(text) > LENGTH:
        raise Refused({"text": too_long(LENGTH, len(text))})
    if what == NOTE:
        if not owner:
            raise Refused({"text": _("Only the case owner takes notes here.")})
        code = session.current.code if session.current else ""
    else:
        step = _find_step(session, code, QUESTIONS if what == QUESTION else POSITIONS)
        if owner and (what == QUESTION or LISTENING in step.asks):
            raise Refused({"text": _("This part is for the others.")})
    values = {"session_id": session.id, "author_id": scope.me.id, "step": code, "what": what, "text": text, "mark": ""}
    if what == POSITION:
        _put_position(scope, values)
    else:
        mine = select(func.count()).where(Line.session_id == session.id, Line.author_id == scope.me.id)
        if scope.rows(mine).scalar_one() >= MOST_LINES:
            raise Refused(
                {
                    "text": _(
                        "You wrote %(most)s texts in this session; no more fit. Take one back first.", most=MOST_LINES
                    )
                }
            )
        same = select(Line.id).where(*(_LINES.c[name] == value for name, value in values.items() if name != "mark"))
        once.add_row(
            scope, _LINES, {**values, "written_at": scope.now}, form_id, values,
            lambda since: scope.rows(same.where(Line.written_at > since).limit(1)).scalar(),
        )  # fmt: skip


def take_back_line(scope: Scope, session_id: uuid.UUID, line_id: uuid.UUID) -> None:
    """Take back an own question or note, or an own position that isn't opened yet. Raises Refused, NotVisible."""
    session = _get_open(scope, session_id)
    opened = exists().where(Reveal.session_id == Line.session_id, Reveal.step == Line.step, Line.what == POSITION)
    gone = delete(Line).where(
        Line.id == line_id, Line.session_id == session.id, Line.author_id == scope.me.id, ~opened.correlate(Line)
    )
    scope.session.execute(gone.execution_options(synchronize_session=False))


def mark(scope: Scope, session_id: uuid.UUID, line_id: uuid.UUID, word: str) -> None:
    """The case owner says how close a question comes: one of MARKS, or nothing to take that back.

    Raises Refused for another word, for who isn't the case owner and where the method doesn't ask it; NotVisible.
    """
    session = _get_open(scope, session_id)
    asked = any(MARKING in step.asks for step in session.method.steps[: session.step + 1])
    if word not in ("", *MARKS) or not asked or not session.has("case_owner", scope.me.id):
        raise Refused(_("The case owner does that, where the method asks it."))
    scope.session.execute(
        update(Line)
        .where(Line.id == line_id, Line.session_id == session.id, Line.what == QUESTION)
        .values(mark=word)
        .execution_options(synchronize_session=False)
    )


def _get_open(scope: Scope, session_id: uuid.UUID) -> OpenSession:
    session = get_session(scope, session_id)
    if session.closed or session.state != OPEN:
        raise Refused({"text": _("This session hasn't begun, or it is over.")})
    return session


def _find_step(session: OpenSession, code: str, asked: str) -> MethodStep:
    """A step until now that asks this. Raises Refused."""
    for step in session.method.steps[: session.step + 1]:
        if step.code == code and asked in step.asks:
            return step
    raise Refused({"text": _("The group isn't at that step.")})


def _put_position(scope: Scope, values: dict[str, Any]) -> None:
    there = select(Reveal.at).where(Reveal.session_id == values["session_id"], Reveal.step == values["step"])
    if scope.rows(there).scalar() is not None:
        raise Refused({"text": _("They were opened just now. What you wrote stands here still: read it aloud.")})
    id_ = uuid.uuid5(_POSITION, f"{values['session_id']} {values['step']} {scope.me.id}")
    told = {"text": values["text"], "written_at": scope.now}
    statement = insert_into(scope.session, Line).values(id=id_, **values, written_at=scope.now)
    scope.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=told))
