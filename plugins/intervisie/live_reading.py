"""A live session as one member sees it now: the step, the time, and the lines that this member may read.

What can't be read leaves no trace here: a position that isn't opened yet changes nothing for anybody but its writer, so
an open page of another isn't even refreshed by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from portfolio_plugins.intervisie.methods import LISTENING, MARKING, POSITIONS, MethodStep
from portfolio_plugins.intervisie.models import CANCELLED, DONE, NOTE, OPEN, POSITION, QUESTION, Line, Present, Reveal
from portfolio_plugins.intervisie.sessions import OpenSession, get_session
from sqlalchemy import Uuid, and_, bindparam, cast, exists, literal, null, or_, select, union_all

from portfolio.clock import ZONE
from portfolio.entries.models import Entry
from portfolio.i18n import language
from portfolio.people.models import Person
from portfolio.scope import Scope

LONG = dt.timedelta(hours=4)
"""After that a step has no clock any more: people write over days."""
MOST = 400
"""Lines of a session that are shown."""
LOBBY, LISTENS, OVER = "lobby", "listens", "over"
"""What a page asks of its reader where that isn't said by the step."""
_SESSION = bindparam("session", type_=Uuid())
_ME = bindparam("me", type_=Uuid())
_NO_ID, _NOTHING = cast(null(), Uuid()), literal("")
_OPENED = exists().where(Reveal.session_id == Line.session_id, Reveal.step == Line.step).correlate(Line)
_NOW = union_all(
    select(
        literal("line").label("row"), Line.id, Line.author_id, Person.name, Line.step, Line.what, Line.text, Line.mark,
        Line.written_at,
    )
    .join(Person, Person.id == Line.author_id)
    .where(
        Line.session_id == _SESSION,
        or_(Line.what == QUESTION, Line.author_id == _ME, and_(Line.what == POSITION, _OPENED)),
    ),
    select(
        literal("opened"), _NO_ID, _NO_ID, _NOTHING, Reveal.step, _NOTHING, _NOTHING, _NOTHING, Reveal.at
    ).where(Reveal.session_id == _SESSION),
    select(
        literal("present"), _NO_ID, Present.person_id, Person.name, _NOTHING, _NOTHING, _NOTHING, _NOTHING,
        Present.came_at,
    )
    .join(Person, Person.id == Present.person_id)
    .where(Present.session_id == _SESSION),
    select(
        literal("case"), _NO_ID, _NO_ID, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, Entry.updated_at
    ).where(Entry.id == bindparam("case", type_=Uuid())),
)  # fmt: skip


@dataclass(frozen=True)
class LiveLine:
    """A question, position or note that the viewer may read."""

    id: uuid.UUID
    author: str
    mine: bool
    step: str
    what: str
    text: str
    mark: str


@dataclass(frozen=True)
class Now:
    """A live session as the viewer sees it at this moment."""

    session: OpenSession
    me: uuid.UUID
    at: dt.datetime
    lines: tuple[LiveLine, ...]
    opened: frozenset[str]
    """Codes of the steps whose positions were opened."""
    present: tuple[str, ...]
    """Names of who said that they are there, in the order in which they came."""
    here: bool
    """The viewer is among them."""
    seen: str
    """Changes with whatever this page shows, and with nothing else."""

    @property
    def step(self) -> MethodStep | None:
        """The step the group is at; None before the first."""
        return self.session.current

    @property
    def goes_on(self) -> bool:
        """It has begun and isn't over."""
        return self.session.state == OPEN and not self.session.closed

    @property
    def over(self) -> bool:
        """It was held or called off, or its term is over."""
        return self.session.state in (DONE, CANCELLED) or self.session.closed

    @property
    def owner(self) -> bool:
        """The viewer brings the case."""
        return self.session.has("case_owner", self.me)

    @property
    def leads(self) -> bool:
        """The viewer is the facilitator, or nobody is."""
        return "facilitator" not in self.session.roles or self.session.has("facilitator", self.me)

    @property
    def listens(self) -> bool:
        """The viewer brings the case, and in this step only listens."""
        return self.goes_on and self.owner and self.step is not None and LISTENING in self.step.asks

    def asks(self, what: str) -> bool:
        """Whether this step asks something (of methods.ASKS)."""
        return self.goes_on and self.step is not None and what in self.step.asks

    @property
    def questions(self) -> list[LiveLine]:
        """All that were asked until now, in that order."""
        return [line for line in self.lines if line.what == QUESTION]

    @property
    def notes(self) -> list[LiveLine]:
        """The viewer's own."""
        return [line for line in self.lines if line.what == NOTE]

    @property
    def marks(self) -> bool:
        """The viewer may say now how close each question comes."""
        return self.owner and self.asks(MARKING)

    def find_position(self, step: str) -> LiveLine | None:
        """The viewer's own position in a step."""
        return next((one for one in self.lines if one.what == POSITION and one.mine and one.step == step), None)

    @property
    def positions(self) -> list[tuple[MethodStep, list[LiveLine]]]:
        """What was opened together, by step; by name, so that nobody was first."""
        found = []
        for step in self.session.method.steps:
            if step.code in self.opened:
                there = [one for one in self.lines if one.what == POSITION and one.step == step.code]
                found.append((step, sorted(there, key=lambda one: (one.author, one.id))))
        return found

    @property
    def to_open(self) -> list[MethodStep]:
        """The steps until now whose positions are still closed."""
        so_far = self.session.method.steps[: self.session.step + 1] if self.goes_on else ()
        return [step for step in so_far if POSITIONS in step.asks and step.code not in self.opened]

    @property
    def part(self) -> str:
        """Names what the page asks of the viewer: while it stays the same, forms on an open page stay too."""
        if self.over:
            return OVER
        if not self.goes_on or self.step is None:
            return LOBBY
        if self.listens:
            return LISTENS
        told = [self.step.code, "owner" if self.owner else "member", "opened" if self.step.code in self.opened else ""]
        return "-".join((*told, "case" if self.session.case_id else ""))

    @property
    def began(self) -> dt.datetime | None:
        """When the step began, as the clock on the wall says."""
        return self.session.step_began_at.astimezone(ZONE) if self.session.step_began_at and self.step else None

    @property
    def ends(self) -> dt.datetime | None:
        """When its planned minutes are over; None for a step without, or one that people write in over days."""
        if self.began is None or self.step is None or not self.step.minutes or self.long:
            return None
        return self.began + dt.timedelta(minutes=self.step.minutes)

    @property
    def left(self) -> int:
        """Seconds until then, and below 0 after it."""
        return int((self.ends - self.at).total_seconds()) if self.ends else 0

    @property
    def long(self) -> bool:
        """The step began so long ago that minutes say nothing."""
        began = self.session.step_began_at
        return began is not None and self.at - began > LONG


def get_now(scope: Scope, session_id: uuid.UUID) -> Now:
    """The session as the viewer sees it. Two queries. Raises NotVisible."""
    session = get_session(scope, session_id)
    values = {"session": session.id, "me": scope.me.id, "case": session.case_id}
    if session.closed:  # its term is over: nothing of it is read any more, also before a job erased it
        values |= {"session": None, "case": None}
    rows = sorted(scope.rows(_NOW, values), key=lambda row: (row.written_at, str(row.id)))
    lines = tuple(
        LiveLine(row.id, row.name, row.author_id == scope.me.id, row.step, row.what, row.text, row.mark)
        for row in rows
        if row.row == "line"
    )[-MOST:]
    present = [row for row in rows if row.row == "present"]
    opened = frozenset(row.step for row in rows if row.row == "opened")
    shown = [
        session.state, session.number, session.step, session.step_began_at, session.closed, session.roles, lines,
        sorted(opened), [row.name for row in present], [row.written_at for row in rows if row.row == "case"],
        language(),
    ]  # fmt: skip
    return Now(
        session=session,
        me=scope.me.id,
        at=scope.now,
        lines=lines,
        opened=opened,
        present=tuple(row.name for row in present),
        here=any(row.author_id == scope.me.id for row in present),
        seen=hashlib.sha256(repr(shown).encode()).hexdigest()[:20],
    )
