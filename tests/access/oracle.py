"""Who may do what, said once more by hand: the third party to the proof.

Written from the design's words, on a world's plain data, and without a look at the code it judges. It is slow and
obvious; should it and the code disagree, one of the two is wrong and the design says which.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable

from tests.access.worlds import IN_CIRCLES, INSTALLED, SECTIONS, Entry, Share, Snapshot, Someone, Switch, Tie, World

READ, COMMENT, WRITE, KEEP = "read", "comment", "write", "keep"
BY_SHARE = ("shared_with_me", "shared_with_coach", "shared_with_circle")
OPENS = {
    READ: ("author", "circle_member", "joint_member", *BY_SHARE),
    COMMENT: ("author", *BY_SHARE),
    WRITE: ("author",),
    KEEP: ("author",),
}
"""Which ways open which action, in the order in which they are named as the reason."""
ADDS = (COMMENT, WRITE)
"""Actions that add something: its author can't either, where its plugin is off or they take part no more."""
BEHIND_WALL = ("circle_member", *BY_SHARE)
"""The ways the wall closes; author and joint member stay: one's own words, and the second door."""


class Oracle:
    """Answers about one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        for asked in ("ways", "reason", "state", "plugin_on", "walled"):  # again for every mutant
            setattr(self, asked, functools.cache(getattr(self, asked)))

    def runs(self, what: Tie | Share | Switch) -> bool:
        """From its first day on, no longer on `until`; and agreed to, where that is asked."""
        started = what.since <= self.world.today
        over = what.until is not None and what.until <= self.world.today
        return started and not over and getattr(what, "accepted", True)

    def whom(self, ties: Iterable[Tie], who: uuid.UUID) -> set[uuid.UUID]:
        """Whom or what somebody has such a relation with today."""
        return {tie.whom for tie in ties if tie.who == who and self.runs(tie)}

    def takes_part(self, person: Someone, portfolio: uuid.UUID) -> bool:
        """It is their own, their circle's, or joint with them as a named member."""
        circles = {circle.portfolio for circle in self.circles(person)}
        return portfolio in {person.portfolio, *circles, *self.whom(self.world.in_joint, person.id)}

    def still_there(self, viewer: Someone, portfolio: uuid.UUID) -> bool:
        """They take part, and not behind the wall: in no circle with somebody they lead."""
        walled = {circle.portfolio for circle in self.circles(viewer) if self.meets_led(viewer, circle.id)}
        return self.takes_part(viewer, portfolio) and portfolio not in walled

    def circles(self, person: Someone) -> list:
        mine = self.whom(self.world.in_circle, person.id)
        return [circle for circle in self.world.circles if circle.id in mine]

    def led(self, viewer: Someone) -> list[Someone]:
        """Whose leader the viewer is today."""
        teachers = self.whom(self.world.leads, viewer.id)
        return [person for person in self.world.persons if person.id in teachers]

    def meets_led(self, viewer: Someone, circle: uuid.UUID) -> bool:
        """Somebody the viewer leads is in this circle."""
        return any(circle in self.whom(self.world.in_circle, person.id) for person in self.led(viewer))

    def walled(self, viewer: Someone, entry: Entry) -> bool:
        """Somebody the viewer leads wrote it, or takes part in where it lies."""
        return any(entry.author == b.id or self.takes_part(b, entry.portfolio) for b in self.led(viewer))

    def plugin_on(self, plugin: str, portfolio: uuid.UUID) -> bool:
        """Sections always; one that is installed through a cohort its owner is, or (being in none now) was last, in.

        What ended on the day it began, was never. In a circle's or joint portfolio through its home cohort; and what is
        on in a circle, and has pages there, is on in the own portfolios of its members.
        """
        if plugin in SECTIONS:
            return True
        return bool(self.running_chains(plugin, portfolio))

    def running_chains(self, plugin: str, portfolio: uuid.UUID) -> set[uuid.UUID]:
        """The chains of the switches by which a plugin is on in a portfolio."""
        if plugin not in INSTALLED:
            return set()
        places = {portfolio} | {
            circle.portfolio
            for person in self.world.persons
            for circle in self.circles(person)
            if person.portfolio == portfolio and plugin in IN_CIRCLES
        }
        homes = {self.world.homes[place] for place in places if place in self.world.homes}
        through = {one.chain for one in self.world.switches if one.plugin == plugin and one.cohort in homes}
        running = [one for one in self.world.switches if one.plugin == plugin and self.runs(one)]
        cohorts = self.cohorts(portfolio)
        return {one.chain for one in running if one.cohort in cohorts or one.chain in through}

    def cohorts(self, portfolio: uuid.UUID) -> set[uuid.UUID]:
        """Those its owner is in, or was last."""
        ties = [
            tie
            for person in self.world.persons
            for tie in self.world.in_cohort
            if person.portfolio == portfolio and tie.who == person.id
            if tie.since <= self.world.today and (tie.until is None or tie.since < tie.until)
        ]
        now = {tie.whom for tie in ties if self.runs(tie)}
        last = {tie.whom for tie in ties if not now and tie.until == max(other.until for other in ties)}
        return now | last

    def wrote_in(self, viewer: Someone) -> set[str]:
        """With what somebody wrote in their own portfolio; what is in the bin doesn't count."""
        return {
            entry.plugin
            for entry in self.world.entries
            if entry.author == viewer.id and entry.portfolio == viewer.portfolio and not entry.deleted
        }

    def state(self, viewer: Someone, plugin: str) -> str:
        """Of a plugin in somebody's own portfolio."""
        if self.plugin_on(plugin, viewer.portfolio):
            return "on"
        return "kept" if plugin in self.wrote_in(viewer) else "absent"

    def awake(self, share: Share, entry: Entry) -> bool:
        """What it was made under goes on: of the switches by which the plugin is on there, one is of that chain.

        So not after a gap, until its owner confirmed it; nor while the plugin is off.
        """
        if entry.plugin in SECTIONS:
            return True
        return share.chain in self.running_chains(entry.plugin, entry.portfolio)

    def open(self, entry: Entry) -> bool:
        """For others than its author there at all: not in the bin, meant for others, in its hours, plugin on."""
        opened = entry.opens_at is None or entry.opens_at <= self.world.now
        closed = entry.closes_at is not None and entry.closes_at <= self.world.now
        meant = entry.audience == "portfolio" and not entry.deleted
        return meant and opened and not closed and self.plugin_on(entry.plugin, entry.portfolio)

    def shared_by(self, viewer: Someone, entry: Entry, share: Share, *, wall: bool) -> str:
        """The way in which a running share reaches the viewer, or ""."""
        if share.way == "person" and share.target == viewer.id:
            return "shared_with_me"
        if share.way == "coaching":  # of that coach, and with the teacher whose portfolio it is
            coaching = next(tie for tie in self.world.coaches if tie.id == share.target)
            owner = [person.id for person in self.world.persons if person.portfolio == entry.portfolio]
            if self.runs(coaching) and coaching.who == viewer.id and [coaching.whom] == owner:
                return "shared_with_coach"
        if share.way == "circle":  # both are in it today, and nobody the viewer leads is
            both = all(share.target in self.whom(self.world.in_circle, who) for who in (viewer.id, entry.author))
            if both and not (wall and self.meets_led(viewer, share.target)):
                return "shared_with_circle"
        return ""

    def ways(self, viewer: Someone, entry: Entry, *, wall: bool = True) -> set[str]:
        """Every way in which the entry lies open to the viewer; without the wall too, to see what it keeps out."""
        found = set()
        if self.open(entry):
            if any(entry.portfolio == circle.portfolio for circle in self.circles(viewer)):
                found.add("circle_member")
            if entry.portfolio in self.whom(self.world.in_joint, viewer.id):
                found.add("joint_member")
            runs = [share for share in entry.shares if self.runs(share) and self.awake(share, entry)]
            found |= {self.shared_by(viewer, entry, share, wall=wall) for share in runs} - {""}
        if wall and self.walled(viewer, entry):
            found -= set(BEHIND_WALL)
        return found | ({"author"} if entry.author == viewer.id else set())

    def asleep(self, viewer: Someone, entry: Entry) -> set[str]:
        """The ways in which it would be shared with the viewer, were its owner to confirm it."""
        shares = [share for share in entry.shares if self.runs(share) and not self.awake(share, entry)]
        ways = {self.shared_by(viewer, entry, share, wall=True) for share in shares} if self.open(entry) else set()
        return ways - {""} if not self.walled(viewer, entry) else set()

    def reads_snapshot(self, viewer: Someone, snapshot: Snapshot) -> str:
        """Why the viewer reads what was handed over, or "": its author always; for another there is the one door.

        That is to take part, where it was handed over, once it is open and before it closes, while the plugin is on
        there. No wall stands in it.
        """
        if snapshot.author == viewer.id:
            return "author"
        now = self.world.now
        opened = snapshot.opened_at is not None and snapshot.opened_at <= now
        closed = snapshot.closes_at is not None and snapshot.closes_at <= now
        named = snapshot.portfolio in self.whom(self.world.in_joint, viewer.id)
        on = self.plugin_on(snapshot.plugin, snapshot.portfolio)
        return "handed_over" if named and on and opened and not closed else ""

    def reason(self, viewer: Someone, entry: Entry, action: str) -> str:
        """The first way that opens this action, or "" when none does."""
        ways = self.ways(viewer, entry)
        there = self.plugin_on(entry.plugin, entry.portfolio) and self.still_there(viewer, entry.portfolio)
        if action in ADDS and not there:
            ways = ways - {"author"}
        return next((way for way in OPENS[action] if way in ways), "")
