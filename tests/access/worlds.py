"""Random little worlds for the proof of access: people with several hats, relations around today, entries, shares.

A world is plain data; `oracle.py` reasons about it by hand and `load` writes it into the tables. Relations that
shouldn't exist (a leader in a circle with their teacher, a share naming another teacher's coaching, somebody
else's entry in one's own portfolio) do exist here: they must leak nothing.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portfolio.entries import models as trunk
from portfolio.people import models as people

SECTIONS = ("goals", "evidence", "reflections")
PLUGINS = ("polariteiten", "loopbaan", "verdwenen")
INSTALLED = (*SECTIONS, "polariteiten", "loopbaan")
"""Of the third the folder is away, though cohorts have it on."""
IN_CIRCLES = ("polariteiten", "verdwenen")
"""These have pages in circles."""
DAY = dt.timedelta(days=1)
ADDRESS = "iemand@elders.example"
"""Nobody here has it."""
MOMENTS = tuple(
    dt.datetime.fromisoformat(text)
    for text in (
        "2026-11-23T10:00+00:00",
        "2026-07-01T22:30+00:00",  # 2 July in Amsterdam
        "2026-01-31T23:10+00:00",  # 1 February in Amsterdam
        "2026-03-28T22:59+00:00",  # one minute before a midnight
    )
)


@dataclass(frozen=True, eq=False)
class Someone:
    """A person; has a portfolio of their own."""

    id: uuid.UUID
    name: str
    portfolio: uuid.UUID


@dataclass(frozen=True, eq=False)
class Tie:
    """A relation in time from a person to a person, circle, joint portfolio, cohort, school or board."""

    id: uuid.UUID
    who: uuid.UUID
    whom: uuid.UUID
    since: dt.date
    until: dt.date | None
    accepted: bool = True
    role: str = ""


@dataclass(frozen=True, eq=False)
class Circle:
    """A circle and the portfolio it owns."""

    id: uuid.UUID
    portfolio: uuid.UUID
    name: str


@dataclass(frozen=True, eq=False)
class Switch:
    """A plugin is on in a cohort."""

    id: uuid.UUID
    cohort: uuid.UUID
    plugin: str
    chain: uuid.UUID
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True, eq=False)
class Share:
    """A share with a person, a coaching or a circle; or with an address that nobody here has."""

    id: uuid.UUID
    way: str
    target: uuid.UUID
    since: dt.date
    until: dt.date | None
    chain: uuid.UUID | None = None
    """Of switches, under which it was made or confirmed."""


@dataclass(frozen=True, eq=False)
class Entry:
    """An entry and its shares."""

    id: uuid.UUID
    portfolio: uuid.UUID
    author: uuid.UUID
    plugin: str
    audience: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    deleted: bool
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Snapshot:
    """What somebody handed over in a joint portfolio."""

    id: uuid.UUID
    portfolio: uuid.UUID
    about: uuid.UUID
    author: uuid.UUID
    plugin: str
    opened_at: dt.datetime | None
    closes_at: dt.datetime | None
    file: uuid.UUID


@dataclass
class World:
    """Everything there is, as of `now`."""

    now: dt.datetime
    schools: list[uuid.UUID]
    boards: list[uuid.UUID]
    cohorts: list[uuid.UUID]
    joints: list[uuid.UUID]
    persons: list[Someone] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    leads: list[Tie] = field(default_factory=list)
    coaches: list[Tie] = field(default_factory=list)
    in_circle: list[Tie] = field(default_factory=list)
    in_joint: list[Tie] = field(default_factory=list)
    in_cohort: list[Tie] = field(default_factory=list)
    at_school: list[Tie] = field(default_factory=list)
    on_board: list[Tie] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    homes: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    """Of circle's and joint portfolios: the cohort whose switches count there."""

    @property
    def today(self) -> dt.date:
        """The day it is in Amsterdam."""
        return self.now.astimezone(ZoneInfo("Europe/Amsterdam")).date()


class Maker:
    """Makes one world out of a source of randomness, biased to relations that run and people who meet."""

    def __init__(self, chance: random.Random, entries: tuple[int, int]) -> None:
        self.rng = chance
        self.entries = entries
        self.world = World(
            now=chance.choice(MOMENTS),
            schools=self.new(2),
            boards=self.new(1),
            cohorts=self.new(3),
            joints=self.new(chance.randint(1, 2)),
        )

    def new(self, count: int) -> list[uuid.UUID]:
        """So many ids; random ones, so that worlds can stand side by side in one database."""
        return [uuid.uuid4() for _ in range(count)]

    def odds(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def period(self) -> tuple[dt.date, dt.date | None]:
        """Running in two of three: long since, from today, or today for the last time. Else over or yet to come."""
        today = self.world.today
        long_ago, next_year = today - 400 * DAY, today + 365 * DAY
        return self.rng.choice(
            (
                *[(long_ago, None)] * 4,
                *[(long_ago, next_year)] * 2,
                (today, None),
                (today, today + DAY),
                (long_ago, today + DAY),
                (long_ago, today),  # yesterday was its last day
                (long_ago, today - 30 * DAY),
                (today + DAY, None),
            )
        )

    def period_in_cohort(self) -> tuple[dt.date, dt.date | None]:
        """As often over, one earlier than the other, as running; or taken back on the day it began."""
        today = self.world.today
        long_ago = today - 400 * DAY
        return self.rng.choice(
            (
                *[(long_ago, None)] * 3,
                (today, None),
                (today, today),
                (long_ago, today),
                (long_ago, today - 30 * DAY),
                (long_ago, today - 60 * DAY),
                (today + DAY, today + 30 * DAY),
            )
        )

    def tie(self, who: uuid.UUID, whom: uuid.UUID, *, asks: bool = False, role: str = "") -> Tie:
        """A relation; if it `asks`, some have not been accepted."""
        accepted = not asks or self.odds(78)
        return Tie(self.new(1)[0], who, whom, *self.period(), accepted=accepted, role=role)

    def switches(self, cohort: uuid.UUID) -> list[Switch]:
        """A plugin that is on in a cohort: once; on, off and on again; a year long quiet; or copied to the next year.

        A copy goes on with the chain of the one before it, in this cohort or in another, when there is no gap.
        """
        today, plugin, chains = self.world.today, self.rng.choice(PLUGINS), self.new(2)
        if self.odds(45):
            known = [one.chain for one in self.world.switches if one.plugin == plugin]
            chain = self.rng.choice(known) if known and self.odds(40) else chains[0]
            return [Switch(*self.new(1), cohort, plugin, chain, *self.period())]
        stopped = today - self.rng.choice((0, 30, 365)) * DAY
        again = self.rng.choice((stopped, stopped + DAY, today, today + DAY))
        chain = chains[0] if again == stopped else chains[1]
        until = self.rng.choice((None, today + 200 * DAY))
        return [
            Switch(*self.new(1), cohort, plugin, chains[0], today - 500 * DAY, stopped),
            Switch(*self.new(1), cohort, plugin, chain, max(again, stopped), until),
        ]

    def pairs(self, count: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
        """Pairs of two different people."""
        everybody = [person.id for person in self.world.persons]
        found = [(self.rng.choice(everybody), self.rng.choice(everybody)) for _ in range(count)]
        return [(a, b) for a, b in found if a != b]

    def make(self) -> World:
        """The world."""
        world, rng = self.world, self.rng
        names = ("Fenna", "Idris", "Lotte", "Hanne", "Ruben")[: rng.randint(3, 5)]
        world.persons = [Someone(*self.new(1), name, *self.new(1)) for name in names]
        everybody = [person.id for person in world.persons]
        world.circles = [Circle(*self.new(2), f"Kring {number}") for number in range(rng.randint(1, 2))]
        world.leads = [self.tie(a, b) for a, b in [tuple(everybody[:2]), *self.pairs(rng.randint(0, 2))]]
        coached = self.pairs(rng.randint(2, 4))
        if self.odds(50):  # who leads also coaches
            coached += [(tie.who, tie.whom) for tie in world.leads[:1]]
        if coached and self.odds(60):  # a coach of several
            coached += [(coached[0][0], b) for b in everybody if b != coached[0][0]][:2]
        world.coaches = [self.tie(a, b, asks=True) for a, b in coached]
        for circle in world.circles:
            world.in_circle += [self.tie(who, circle.id, asks=True) for who in self.some(everybody, 55)]
        for joint in world.joints:
            world.in_joint += [self.tie(who, joint) for who in self.some(everybody[1:], 60) + self.some(everybody, 20)]
        for cohort in world.cohorts:
            world.in_cohort += [
                Tie(self.new(1)[0], who, cohort, *self.period_in_cohort()) for who in self.some(everybody * 2, 50)
            ]
            world.switches += [switch for _ in range(rng.randint(1, 2)) for switch in self.switches(cohort)]
        roles = ("teacher", "administrator", "coach")
        world.at_school = [self.tie(who, world.schools[0], role=rng.choice(roles)) for who in self.some(everybody, 50)]
        world.on_board = [self.tie(who, world.boards[0]) for who in self.some(everybody, 20)]
        if self.odds(80):
            self.meet_behind_the_wall(*rng.sample(everybody[1:], 2))
        if self.odds(60):
            self.write_over_a_gap(*rng.sample(everybody, 2))
        world.entries += [self.entry() for _ in range(rng.randint(*self.entries))]
        shared_places = [*(circle.portfolio for circle in world.circles), *world.joints]
        world.homes = {place: rng.choice(world.cohorts) for place in self.some(shared_places, 70)}
        world.snapshots = [self.snapshot() for _ in range(rng.randint(3, 6))]
        return world

    def snapshot(self) -> Snapshot:
        """Handed over in a joint portfolio, mostly by one of its members, mostly open."""
        world, rng = self.world, self.rng
        place = rng.choice(world.joints)
        writers = [tie.who for tie in world.in_joint if tie.whom == place] * 4
        author = rng.choice([*writers, rng.choice(world.persons).id])
        opened = rng.choice((*[world.now - DAY] * 5, world.now, None, world.now + DAY))
        closes = rng.choice((None, None, world.now + DAY, world.now + DAY, world.now, world.now - DAY))
        plugin = rng.choice(PLUGINS) if self.odds(70) else rng.choice(SECTIONS)
        return Snapshot(self.new(1)[0], place, rng.choice(world.joints), author, plugin, opened, closes, self.new(1)[0])

    def write_over_a_gap(self, writer: uuid.UUID, reader: uuid.UUID) -> None:
        """Somebody shared an entry before its plugin was off for a while in their cohort, or since it is on again."""
        world, rng = self.world, self.rng
        today, cohort, plugin = world.today, rng.choice(world.cohorts), rng.choice(PLUGINS[:2])
        before, since = (
            Switch(*self.new(1), cohort, plugin, *self.new(1), *days)
            for days in ((today - 500 * DAY, today - 30 * DAY), (today - rng.choice((0, 20)) * DAY, None))
        )
        circle = Circle(*self.new(2), "Kring ervoor")
        coaching = self.tie(reader, writer)
        world.circles.append(circle)
        world.in_cohort.append(Tie(self.new(1)[0], writer, cohort, today - 500 * DAY, None))
        world.switches += [before, since]
        world.coaches.append(coaching)
        world.in_circle += [Tie(self.new(1)[0], who, circle.id, today - 500 * DAY, None) for who in (writer, reader)]
        own = next(person.portfolio for person in world.persons if person.id == writer)
        for way in rng.sample((("person", reader), ("coaching", coaching.id), ("circle", circle.id)), 2):
            chain = rng.choice((before, before, since)).chain
            share = Share(*self.new(1), *way, today - 400 * DAY, None, chain)
            world.entries.append(Entry(*self.new(1), own, writer, plugin, "portfolio", None, None, False, (share,)))

    def meet_behind_the_wall(self, led: uuid.UUID, other: uuid.UUID) -> None:
        """Somebody leads `led`; `other` writes where `led` takes part, and shares it where the leader is."""
        world, rng = self.world, self.rng
        leader = world.persons[0].id
        without, both = (Circle(*self.new(2), name) for name in ("Kring zonder", "Kring met"))
        joint, coaching = rng.choice(world.joints), self.tie(leader, led, asks=True)
        world.circles += [without, both]
        world.leads.append(self.tie(leader, led))
        world.coaches.append(coaching)
        world.in_circle += [self.tie(who, without.id, asks=True) for who in (leader, other)]
        world.in_circle += [self.tie(who, both.id, asks=True) for who in (leader, led, other)]
        world.in_joint += [self.tie(who, joint) for who in (led, other)]
        own = {person.id: person.portfolio for person in world.persons}
        places = [(other, place) for place in (own[led], own[other], joint, both.portfolio)]
        for author, place in rng.sample([*places, (led, without.portfolio)], 3):
            ways = (*[("person", leader)] * 2, ("circle", without.id), ("circle", both.id), ("coaching", coaching.id))
            shares = (Share(self.new(1)[0], *rng.choice(ways), *self.period()),)
            world.entries.append(Entry(*self.new(1), place, author, "goals", "portfolio", None, None, False, shares))

    def some(self, from_all: list[uuid.UUID], percent: int) -> list[uuid.UUID]:
        return [one for one in from_all if self.odds(percent)]

    def entry(self) -> Entry:
        """An entry in somebody's own, a circle's or a joint portfolio."""
        world, rng = self.world, self.rng
        everybody = [person.id for person in world.persons]
        where = rng.choice(("own", "own", "own", "circle", "joint", "joint"))
        if where == "own":
            owner = rng.choice(world.persons)
            portfolio, writers = owner.portfolio, [owner.id] * 9
        elif where == "circle":
            circle = rng.choice(world.circles)
            portfolio, writers = circle.portfolio, [tie.who for tie in world.in_circle if tie.whom == circle.id] * 4
        else:
            portfolio = rng.choice(world.joints)
            writers = [tie.who for tie in world.in_joint if tie.whom == portfolio] * 4
        author = rng.choice([*writers, rng.choice(everybody)])
        later, earlier = world.now + DAY, world.now - DAY
        opens, closes = rng.choice(
            (
                *[(None, None)] * 9,
                (earlier, later),
                (world.now, None),
                (None, world.now),
                (later, None),
                (None, earlier),
            )
        )
        plugin = rng.choice(PLUGINS) if self.odds(45) else rng.choice(SECTIONS)
        return Entry(
            id=self.new(1)[0],
            portfolio=portfolio,
            author=author,
            plugin=plugin,
            audience="portfolio" if self.odds(90) else "author",
            opens_at=opens,
            closes_at=closes,
            deleted=self.odds(7),
            shares=tuple(self.share(author, plugin) for _ in range(rng.choice((0, 1, 1, 2, 2, 3)))),
        )

    def chain(self, plugin: str) -> uuid.UUID | None:
        """One of the plugin's, that mostly runs; of another plugin's or of none."""
        switches, rng = self.world.switches, self.rng
        started = [one.chain for one in switches if one.plugin == plugin and one.since <= self.world.today]
        return rng.choice([*started * 4, *[one.chain for one in switches], *self.new(1), None])

    def share(self, author: uuid.UUID, plugin: str) -> Share:
        """A share, mostly along a relation of the author's; also with a coaching or circle that isn't theirs."""
        world, rng = self.world, self.rng
        theirs = {
            "coaching": [tie.id for tie in world.coaches if tie.whom == author],
            "circle": [tie.whom for tie in world.in_circle if tie.who == author],
        }
        anybodys = {
            "person": [*[tie.who for tie in world.leads] * 3, *[person.id for person in world.persons]],
            "coaching": [tie.id for tie in world.coaches],
            "circle": [circle.id for circle in world.circles],
        }
        way = rng.choice(("person", "person", "coaching", "coaching", "circle", "circle"))
        if self.odds(4):
            return Share(*self.new(1), "address", *self.new(1), *self.period(), self.chain(plugin))
        targets = theirs.get(way, []) * 4 + anybodys[way]
        if not targets:
            way, targets = "person", anybodys["person"]
        return Share(self.new(1)[0], way, rng.choice(targets), *self.period(), self.chain(plugin))


def make_world(chance: random.Random, entries: tuple[int, int] = (2, 4)) -> World:
    """A world out of a source of randomness, with so many entries; hypothesis gives one that it can shrink."""
    return Maker(chance, entries).make()


worlds = st.randoms(use_true_random=False).map(make_world)


def load(session: Session, world: World) -> None:
    """Write a world into the tables."""
    then, today = world.now - 300 * DAY, world.today

    def write(model: type, rows: list[dict]) -> None:
        if rows:
            session.execute(insert(model.__table__), rows)

    def ties(found: list[Tie], who: str, whom: str, **more: object) -> list[dict]:
        return [{"id": t.id, who: t.who, whom: t.whom, "since": t.since, "until": t.until, **more} for t in found]

    def asking(found: list[Tie], who: str, whom: str) -> list[dict]:
        rows = ties(found, who, whom)
        return [{**row, "accepted_at": then if tie.accepted else None} for row, tie in zip(rows, found, strict=True)]

    write(people.Board, [{"id": board, "name": "Bestuur"} for board in world.boards])
    write(people.School, [{"id": school, "name": "Papieren Brug"} for school in world.schools])
    write(people.Person, [{"id": p.id, "name": p.name, "language": "nl", "created_at": then} for p in world.persons])
    write(people.Circle, [{"id": circle.id, "name": circle.name, "created_at": then} for circle in world.circles])
    cohorts = [
        {"id": c, "school_id": school, "name": "Leergang", "since": then.date()}
        for c, school in zip(world.cohorts, world.schools * 2, strict=False)
    ]
    write(people.Cohort, cohorts)
    write(trunk.Portfolio, [{"id": p.portfolio, "kind": "person", "person_id": p.id} for p in world.persons])
    home = world.homes.get
    write(
        trunk.Portfolio,
        [
            {"id": c.portfolio, "kind": "circle", "circle_id": c.id, "cohort_id": home(c.portfolio)}
            for c in world.circles
        ],
    )
    write(trunk.Portfolio, [{"id": joint, "kind": "joint", "cohort_id": home(joint)} for joint in world.joints])
    write(people.Leadership, ties(world.leads, "leader_id", "teacher_id", school_id=world.schools[0]))
    write(people.Coaching, asking(world.coaches, "coach_id", "teacher_id"))
    write(people.CircleMember, asking(world.in_circle, "person_id", "circle_id"))
    write(trunk.PortfolioMember, ties(world.in_joint, "person_id", "portfolio_id"))
    write(people.CohortMember, ties(world.in_cohort, "person_id", "cohort_id", school_id=world.schools[0]))
    roles = [{**ties([tie], "person_id", "school_id")[0], "role": tie.role} for tie in world.at_school]
    write(people.SchoolRole, roles)
    write(people.BoardRole, ties(world.on_board, "person_id", "board_id"))
    switches = [
        {"id": s.id, "cohort_id": s.cohort, "plugin": s.plugin, "chain": s.chain, "since": s.since, "until": s.until}
        for s in world.switches
    ]
    write(people.Switch, [{**row, "settings": {}} for row in switches])
    common = {"title": "Ruimte maken", "happened_on": today, "created_at": then}
    entries = [
        {
            "id": e.id, "portfolio_id": e.portfolio, "author_id": e.author, "plugin": e.plugin, "kind": "goal",
            "audience": e.audience, "opens_at": e.opens_at, "closes_at": e.closes_at, "updated_at": then,
            "deleted_at": then if e.deleted else None, "number": 1, "state": "", **common,
        }
        for e in world.entries
    ]  # fmt: skip
    write(trunk.Entry, entries)
    revision = {"number": 1, "kind_version": 1, "content": {}, "sha256": "0" * 64, **common}
    write(
        trunk.Revision,
        [{"id": uuid.uuid4(), "entry_id": e.id, "author_id": e.author, **revision} for e in world.entries],
    )
    columns = {"person": "person_id", "coaching": "coaching_id", "circle": "circle_id"}
    none = dict.fromkeys(columns.values())
    shares = [
        {"id": s.id, "entry_id": e.id, "since": s.since, "until": s.until, "shared_at": then, "chain": s.chain, **none,
         **({"address": ADDRESS} if s.way == "address" else {"address": "", columns[s.way]: s.target})}
        for e in world.entries for s in e.shares
    ]  # fmt: skip
    write(trunk.Share, shares)
    snapshots = [
        {
            "id": s.id, "portfolio_id": s.portfolio, "about": s.about, "plugin": s.plugin, "role": "handed",
            "author_id": s.author, "kind": "goal", "kind_version": 1, "number": 1, "title": "Ruimte maken",
            "content": {}, "renderer": 1, "html": {}, "note": "", "sha256": "0" * 64, "taken_at": then,
            "opened_at": s.opened_at, "closes_at": s.closes_at,
        }
        for s in world.snapshots
    ]  # fmt: skip
    write(trunk.Snapshot, snapshots)
    file = {"copied": True, "filename": "foto.png", "media_type": "image/png", "size": 1, "sha256": "0" * 64, "alt": ""}
    write(
        trunk.SnapshotFile,
        [{"id": s.file, "snapshot_id": s.id, "attachment_id": uuid.uuid4(), **file} for s in world.snapshots],
    )
