"""The comparison itself: what the code answers, entry by entry and as queries, against the oracle.

It takes the modules under proof as `Code`, so that the very same comparison runs on the code and on mutants.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import itertools
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.engine import FrozenResult, Result
from sqlalchemy.orm import Session

from portfolio import access, db, gate, scope
from portfolio.entries import readers, reading, snapshot_reading, snapshot_rules
from portfolio.errors import NotVisible
from tests.access.oracle import BEHIND_WALL, BY_SHARE, COMMENT, OPENS, READ, WRITE, Oracle
from tests.access.worlds import ADDRESS, IN_CIRCLES, INSTALLED, PLUGINS, SECTIONS, Entry, Share, Someone, World


class Memory:
    """A session that asks the database each question once: `find_entry` puts many a question to it again.

    A mutant's statement with the words of the real one is the same question too. It only reads.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.answers: dict[tuple[str, str], FrozenResult[Any]] = {}
        self.words: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def connection(self) -> Memory:
        """As of a session: what executes."""
        return self

    def execute(self, statement: Any, values: dict[str, Any]) -> Result[Any]:
        """As of a session or connection."""
        asked = repr(sorted(values.items()))
        words = self.words.get(statement)
        if words is None or (words, asked) not in self.answers:
            found = self.session.connection().execute(statement, values)
            constants = {
                name: value for name, value in found.context.compiled_parameters[0].items() if name not in values
            }
            words = self.words[statement] = f"{found.context.statement} {constants}"  # worded once, to be executed
            self.answers[words, asked] = found.freeze()
        return self.answers[words, asked]()

    def scalars(self, statement: Any, values: dict[str, Any]) -> Any:
        """As of a session or connection."""
        return self.execute(statement, values).scalars()


@dataclass(frozen=True)
class Code:
    """The modules that decide about access."""

    db: ModuleType
    gate: ModuleType
    scope: ModuleType
    access: ModuleType
    readers: ModuleType
    reading: ModuleType
    snapshot_rules: ModuleType
    snapshot_reading: ModuleType

    def open_scope(self, session: Memory, viewer: Someone | None, world: World) -> Any:
        """The viewer's scope at the world's moment, with the sections on."""

        def gate_of(relations: Any) -> Any:
            return self.gate.Gate(
                always=frozenset(SECTIONS),
                installed=frozenset(INSTALLED),
                switched=relations.switched_on | (relations.on_by_circle & set(IN_CIRCLES)),
                wrote_in=relations.wrote_in,
                switched_at=relations.on_at,
                in_circles=frozenset(IN_CIRCLES),
            )

        who = self.scope.Viewer(viewer.id, viewer.name) if viewer else None
        return self.scope.open_scope(session, who, gate_of, world.now)


REAL = Code(db, gate, scope, access, readers, reading, snapshot_rules, snapshot_reading)


def disagreements(code: Code, session: Memory, oracle: Oracle) -> Iterator[str]:
    """Everything in which the code and the oracle differ about its world; whoever else is in the database."""
    world = oracle.world
    yield from in_periods(code, oracle)
    scopes = {viewer: code.open_scope(session, viewer, world) for viewer in world.persons}
    for viewer, theirs in scopes.items():
        yield from in_relations(oracle, viewer, theirs)
    for viewer, theirs in scopes.items():
        yield from in_queries(code, session, oracle, viewer, theirs)
    for viewer, theirs in scopes.items():
        for entry in world.entries:
            yield from in_entry(code, oracle, viewer, theirs, entry)
        if code.reading.find_entry(theirs, uuid.uuid5(viewer.id, "of no entry")):
            yield "an entry that isn't there is found"
    for viewer, theirs in scopes.items():
        yield from in_snapshots(code, session, oracle, viewer, theirs)
    nobody = code.open_scope(session, None, world)
    for entry in world.entries:
        yield from for_nobody(code, nobody, entry)


def in_periods(code: Code, oracle: Oracle) -> Iterator[str]:
    """What runs today, asked of a row in hand."""
    for share in (share for entry in oracle.world.entries for share in entry.shares):
        period = code.db.Period()
        period.since, period.until = share.since, share.until
        if period.running(oracle.world.today) != oracle.runs(share):
            yield f"running: {share}"
        if period.last_day != (share.until and share.until - dt.timedelta(days=1)):
            yield f"last day: {share}"


@functools.cache
def relations_of(oracle: Oracle, viewer: Someone) -> dict[str, Any]:
    """The relations as the oracle has them."""
    world, led = oracle.world, oracle.led(viewer)
    portfolio_of = {person.id: person.portfolio for person in world.persons}
    known = [*portfolio_of.values(), *[circle.portfolio for circle in world.circles], *world.joints]
    roles = [tie for tie in world.at_school if tie.who == viewer.id and oracle.runs(tie)]
    return {
        "portfolio": viewer.portfolio,
        "teaches_at": {tie.whom for tie in roles if tie.role == "teacher"},
        "administers": {tie.whom for tie in roles if tie.role == "administrator"},
        "boards": oracle.whom(world.on_board, viewer.id),
        "led": {person.id for person in led},
        "led_portfolios": {p for p in known if any(oracle.takes_part(person, p) for person in led)},
        "leaders": {tie.who for tie in world.leads if tie.whom == viewer.id and oracle.runs(tie)},
        "joint": oracle.whom(world.in_joint, viewer.id),
        "wrote_in": oracle.wrote_in(viewer),
        "coached_by": any(tie.whom == viewer.id and oracle.runs(tie) for tie in world.coaches),
        "coachings": {(t.id, portfolio_of[t.whom]) for t in world.coaches if t.who == viewer.id and oracle.runs(t)},
        "circles": {(c.id, c.portfolio) for c in oracle.circles(viewer) if not oracle.meets_led(viewer, c.id)},
    }


def in_relations(oracle: Oracle, viewer: Someone, scope: Any) -> Iterator[str]:
    """The relations that were read, and what is on for the viewer."""
    for name, expected in relations_of(oracle, viewer).items():
        found = getattr(scope.relations, name)
        if (set(found) if isinstance(found, tuple) else found) != expected:
            yield f"relations.{name} of {viewer.name}: {found}, should be {expected}"
    for plugin in (*SECTIONS, *PLUGINS):
        expected = oracle.state(viewer, plugin)
        if scope.gate.state(plugin) != expected or scope.gate.is_on(plugin) != (expected == "on"):
            yield f"the gate of {viewer.name}: {plugin} is {scope.gate.state(plugin)}, should be {expected}"
    mine = relations_of(oracle, viewer)
    taken_part = {*mine["joint"], *(place for _, place in mine["circles"])}
    for place in (*(circle.portfolio for circle in oracle.world.circles), *oracle.world.joints):
        for plugin in (*SECTIONS, *PLUGINS):
            on = plugin in SECTIONS or (place in taken_part and oracle.plugin_on(plugin, place))
            if scope.gate.is_on_at(place, plugin) != on:
                yield f"the gate of {viewer.name} at {place}: {plugin} should {'' if on else 'not '}be on"
    if scope.gate.list_kept() != sorted(p for p in (*SECTIONS, *PLUGINS) if oracle.state(viewer, p) == "kept"):
        yield f"the gate of {viewer.name} says kept are {scope.gate.list_kept()}"


def in_queries(code: Code, session: Memory, oracle: Oracle, viewer: Someone, scope: Any) -> Iterator[str]:
    """What `VISIBLE` selects per action, the list of what others share, and one's own with who reads each."""
    values = code.access.parameters(scope)
    entries = oracle.world.entries
    for action in OPENS:
        selected = set(session.scalars(code.access.VISIBLE[action], values))
        expected = {entry.id for entry in entries if oracle.reason(viewer, entry, action)}
        if selected != expected:
            yield f"VISIBLE[{action}] of {viewer.name} differs: {_named(oracle.world, selected ^ expected)}"
    theirs = code.reading.list_shared_with_me(scope, size=10_000)[0]
    listed = [line.id for line in theirs]
    expected = {e.id for e in entries if e.author != viewer.id and oracle.ways(viewer, e) & set(BY_SHARE)}
    if sorted(listed) != sorted(expected):
        yield f"shared with {viewer.name} differs: {_named(oracle.world, set(listed) ^ expected)}"
    lines = code.reading.list_own(scope, size=10_000)[0]
    listed = [line.id for line in lines]
    own = {e.id: e for e in entries if e.portfolio == viewer.portfolio and e.author == viewer.id and not e.deleted}
    if sorted(listed) != sorted(own):
        yield f"own entries of {viewer.name} differ: {_named(oracle.world, set(listed) ^ set(own))}"
    said = code.readers.list_readers(scope, [*lines, *theirs])
    expected_names = {id_: names for id_, entry in own.items() if (names := names_of(oracle, entry))}
    if said != expected_names:
        yield f"the lists of {viewer.name} name {said}, should be {expected_names}"


@functools.cache
def names_of(oracle: Oracle, entry: Entry) -> list[str]:
    """How a list names those whom the shares of an entry reach: by name, circle or address."""
    names, circles = set(), {circle.id: circle.name for circle in oracle.world.circles}
    for share in (share for share in entry.shares if oracle.open(entry) and oracle.awake(share, entry)):
        if share.way == "address" and oracle.runs(share):
            names.add(ADDRESS)
        for reader in oracle.world.persons:
            reached = oracle.runs(share) and oracle.shared_by(reader, entry, share, wall=True)
            if reached and reader.id != entry.author and not oracle.walled(reader, entry):
                names.add(circles.get(share.target, reader.name))
    return sorted(names)


def in_entry(code: Code, oracle: Oracle, viewer: Someone, scope: Any, entry: Entry) -> Iterator[str]:
    """What `can` says when the entry is fetched, with its reason; and whom the page says it reaches."""
    for action in OPENS:
        expected = oracle.reason(viewer, entry, action)
        found = code.reading.find_entry(scope, entry.id, action, readers=action != COMMENT)
        if (found.answer.reason if found else "") != expected:
            yield f"{viewer.name} {action} {entry}: {found and found.answer}, should be {expected!r}"
        if found and action != COMMENT and entry.author == viewer.id:
            yield from in_readers(oracle, entry, found.readers)


def in_snapshots(code: Code, session: Memory, oracle: Oracle, viewer: Someone, scope: Any) -> Iterator[str]:
    """What was handed over: as a query of ids, in the list of a place, and one by one for its file."""
    world = oracle.world
    reads = {one: oracle.reads_snapshot(viewer, one) for one in world.snapshots}
    expected = {one.id for one, reason in reads.items() if reason}
    selected = set(session.scalars(code.snapshot_rules.READABLE, code.access.parameters(scope)))
    if selected != expected:
        yield f"READABLE of {viewer.name} differs: {[one for one in world.snapshots if one.id in selected ^ expected]}"
    for place, about in itertools.product(world.joints, world.joints):  # the same ids will do for what it is about
        listed = {one.id for one in code.snapshot_reading.list_snapshots(scope, place, about)}
        if listed != {one.id for one in reads if one.id in expected and (one.portfolio, one.about) == (place, about)}:
            yield f"the list of {viewer.name} at {place} about {about} differs: {listed}"
    for one, reason in reads.items():
        facts = code.snapshot_rules.SnapshotFacts(one.portfolio, one.plugin, one.author, one.opened_at, one.closes_at)
        if (answer := code.snapshot_rules.may_read(scope, facts)).reason != reason or bool(answer) != bool(reason):
            yield f"{viewer.name} reads {one}: {answer}, should be {reason!r}"
        try:
            found = bool(code.snapshot_reading.get_handed_file(scope, one.file))
        except NotVisible:
            found = False
        if found != bool(reason):
            yield f"{viewer.name} gets the file of {one}: {found}, should be {bool(reason)}"
    with contextlib.suppress(NotVisible):
        yield f"a file that isn't there is found: {code.snapshot_reading.get_handed_file(scope, viewer.id)}"


def in_readers(oracle: Oracle, entry: Entry, readers: Any) -> Iterator[str]:
    """Whom the page of an entry says can read it, all of them and nobody else; and which of its shares run."""
    if any(r.via == "circle" and r.person_id == entry.author for r in readers):
        yield f"{entry} names its author as a reader"
    circles = {circle.id: circle.name for circle in oracle.world.circles}
    said = {(r.share_id, r.via, r.target_id, r.circle_name, r.runs, r.awake) for r in readers if r.share_id}
    expected = {
        (s.id, *shown(s), circles.get(s.target, ""), oracle.runs(s), oracle.awake(s, entry)) for s in entry.shares
    }
    if said != expected:
        yield f"{entry} says of its shares {said}"
    named = {reader.person_id for reader in readers if reader.reaches} - {None}
    reading = {p.id for p in oracle.world.persons if p.id != entry.author and oracle.reason(p, entry, READ)}
    if named != reading:
        yield f"{entry} names {named} as readers; it is read by {reading}"
    here = {r.person_id for r in readers if r.reaches and not r.share_id}
    if here != {p.id for p in oracle.world.persons if p.id in named and oracle.ways(p, entry) - set(BY_SHARE)}:
        yield f"{entry} names {here} as who take part where it lies"


def shown(share: Share) -> tuple[str, uuid.UUID | None]:
    """A share with an address that nobody has looks like one with a person."""
    return ("person", None) if share.way == "address" else (share.way, share.target)


def for_nobody(code: Code, nobody: Any, entry: Entry) -> Iterator[str]:
    """To who isn't signed in nothing is open, whatever there is to know about it."""
    facts = code.access.EntryFacts(entry.id, entry.portfolio, entry.author, "portfolio", None, None, False, True)
    for action in OPENS:
        if code.access.can(nobody, action, facts):
            yield f"{action} {entry} is open to who isn't signed in"
    handed = code.snapshot_rules.SnapshotFacts(entry.portfolio, entry.plugin, entry.author, None, None)
    if code.snapshot_rules.may_read(nobody, handed):
        yield "what was handed over is open to who isn't signed in"


def count(oracle: Oracle, counted: Counter[str]) -> None:
    """Which way gave an answer in this world, and which the wall closed."""
    world = oracle.world
    for viewer in world.persons:
        for one in world.snapshots:
            reason = oracle.reads_snapshot(viewer, one)
            counted[f"snapshot by {reason}"] += 1
            if reason == "handed_over" and one.author in {person.id for person in oracle.led(viewer)}:
                counted["first door"] += 1
        for entry in world.entries:
            ways, without_wall = oracle.ways(viewer, entry), oracle.ways(viewer, entry, wall=False)
            if "author" in without_wall and not oracle.reason(viewer, entry, WRITE):
                counted["kept by its author alone"] += 1
            counted.update(
                f"{action} by {reason}" for action in OPENS if (reason := oracle.reason(viewer, entry, action))
            )
            counted.update(f"wall against {way}" for way in without_wall - ways)
            if "joint_member" in ways and oracle.walled(viewer, entry):
                counted["second door"] += 1
            counted.update(f"sleeps {way}" for way in oracle.asleep(viewer, entry))
            if not oracle.open(entry) and entry.shares:
                counted["shared but not open"] += 1


EXPECTED = {
    *(f"{action} by {way}" for action, ways in OPENS.items() for way in ways),
    *(f"wall against {way}" for way in BEHIND_WALL),
    "second door",
    "first door",
    "snapshot by author",
    "snapshot by handed_over",
    "snapshot by ",
    "kept by its author alone",
    *(f"sleeps {way}" for way in BY_SHARE),
    "shared but not open",
}
"""What a run must have met, or it proved nothing about it."""


def _named(world: World, ids: set[uuid.UUID]) -> list[object]:
    return [entry for entry in world.entries if entry.id in ids] or sorted(map(str, ids))
