"""A leader's two doors over the years, as a machine of random steps: the conversations themselves.

What is known is in `doors_model.py`, looking around in `doors_looking.py`; steps between people are in
`doors_relations.py`, and those of teachers with their own texts in `doors_texts.py`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from portfolio_plugins.ontwikkelgesprek import agreements, items, planning, points, preparing, reporting
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.models import AGREE, DIFFER
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import LEADER, TEACHER, Handed, Talk, Text
from portfolio_plugins.ontwikkelgesprek.tests.doors_relations import seldom, which
from portfolio_plugins.ontwikkelgesprek.tests.doors_texts import Texts
from portfolio_plugins.ontwikkelgesprek.texts import read_texts
from sqlalchemy import select

from portfolio.clock import today
from portfolio.entries import bin as entry_bin
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry
from portfolio.scope import Scope

leader_does = st.booleans()
PART_FIELDS = {TEACHER: "ambition", LEADER: "saw"}


def side_of(leader_does: bool) -> str:
    """Which of the two."""
    return LEADER if leader_does else TEACHER


class DoorsOverTime(Texts):
    """Conversations."""

    def talk_of(self, number: int) -> Talk | None:
        """One of the conversations."""
        found: Talk | None = self.find(self.talks, number)
        return found

    def at(self, talk: Talk, side: str, step: Any) -> Any:
        """One of the two does something at the pages of their conversation; where the plugin is off there are none."""
        return self.tries(talk.side(side), step, talk.lead.place) if self.on[talk.lead.school] else None

    @rule(number=which, leader_does=leader_does, ahead=st.integers(0, 5))
    def plans(self, number: int, leader_does: bool, ahead: int) -> None:
        """Either plans a conversation, in a room."""
        leads = [one for one in self.leads if one.place is not None]
        if not leads:
            return
        talk = Talk(self.find(leads, number), uuid.UUID(int=0))
        talk.room = self.word(None, lambda: self.both(talk))
        plan = planning.Plan("ontwikkelgesprek", today() + dt.timedelta(days=ahead), place=talk.room)
        made = self.at(talk, side_of(leader_does), lambda scope: planning.plan_talk(scope, plan))
        if made:
            talk.id = made
            self.talks.append(talk)
            self.done("plans")

    @rule(number=which, leader_does=leader_does, how_far=st.integers(0, 9))
    def has_a_conversation(self, number: int, leader_does: bool, how_far: int) -> None:
        """A conversation that goes on for a while: what takes many steps in a row is seldom drawn by itself."""
        before = len(self.talks)
        self.plans(number, leader_does, number % 2)
        if len(self.talks) == before:
            return
        for step in range(number % 3 + (how_far > 1)):
            self.chooses(-1, number + step, 1 + (number + 3 * step) % 15)
        if number % 5 == 1:
            self.withdraws(-1, number)
        for side in (leader_does, not leader_does)[: how_far + 1]:
            self.prepares(-1, side)
            if how_far > 1 or not number % 4:
                self.releases(-1, side)
                if number % 7 == 2:
                    self.takes_the_release_back(-1, side, 0)
        if number % 4 == 1:
            self.edits(number, number)
            self.withdraws(-1, number)
        if how_far > 2:
            self.puts_a_point(-1, leader_does)
            self.writes_afterwards(-1, False)
            self.writes_afterwards(-1, True)
            self.agrees(-1, leader_does)
        for side in (leader_does, not leader_does)[: max(0, how_far - 3)]:
            self.answers(-1, side, number % 3)
        if self.talks[-1].settled and number % 3:
            self.days_go_by((31, 15)[number % 2], number % 5 == 1, 9)

    @rule(number=which, leader_does=leader_does, seldom=seldom)
    def is_called_off(self, number: int, leader_does: bool, seldom: int) -> None:
        """It is called off, or planned after all: who released does so anew."""
        talk = self.talk_of(number)
        if talk is None or (seldom > 1 and not talk.cancelled):
            return
        turn = planning.plan_after_all if talk.cancelled else planning.call_off
        if self.at(talk, side_of(leader_does), lambda scope: turn(scope, talk.id)):
            talk.cancelled = not talk.cancelled
            talk.released = set() if not talk.opened else talk.released
            self.done("is_called_off" if talk.cancelled else "is_planned_after_all")

    @rule(number=which, leader_does=leader_does)
    def prepares(self, number: int, leader_does: bool) -> None:
        """One of the two writes or changes their own part."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None:
            return
        kind, before = preparing.PARTS[side], talk.parts.get(side)
        text = before or Text(uuid.UUID(int=0), [])
        word = self.word(talk.side(side), lambda: self.of_part(talk, side, text))

        def keep(scope: Scope) -> None:
            found = get_talk(scope, talk.id)
            own = read_texts(scope, found).part(side)
            content = kind.empty() | {PART_FIELDS[side]: word}
            preparing.keep_part(scope, found, own, draft(word, content, own), None)

        if self.at(talk, side, keep):
            if before is None or before.binned:
                text = talk.parts[side] = Text(self.last_entry(talk, talk.side(side)), [])
            text.words.append(word)
            self.addresses.append(f"/p/{talk.lead.place}/{NAME}/{text.id}/")
            self.done(f"{side}_prepares")

    def last_entry(self, talk: Talk, author: int) -> uuid.UUID:
        """What somebody wrote last in the place of a conversation."""
        with self.app.database.read() as session:
            found = session.scalars(
                select(Entry.id)
                .where(Entry.portfolio_id == talk.lead.place, Entry.author_id == self.people[author])
                .order_by(Entry.created_at.desc())
                .limit(1)
            ).one()
        return uuid.UUID(str(found))

    @rule(number=which, leader_does=leader_does)
    def releases(self, number: int, leader_does: bool) -> None:
        """One side says that theirs may open; with the second, both do, with what was handed over."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None or talk.opened or not self.at(talk, side, lambda scope: preparing.release(scope, talk.id) or 1):
            return
        talk.released.add(side)
        self.done(f"{side}_releases")
        if talk.released == {TEACHER, LEADER}:
            talk.opened = True
            for one in talk.handed:
                one.opened = True
            self.done("both_open")

    @rule(number=which, leader_does=leader_does, seldom=seldom)
    def takes_the_release_back(self, number: int, leader_does: bool, seldom: int) -> None:
        """As long as the other hasn't released."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None or seldom > 5 or side not in talk.released:
            return
        if self.at(talk, side, lambda scope: preparing.take_release_back(scope, talk.id)):
            assert not talk.opened, "a release is taken back when both are open"
            talk.released.discard(side)
            self.done("takes_the_release_back")

    @rule(number=which, entry=which, fields=st.integers(1, 15))
    def chooses(self, number: int, entry: int, fields: int) -> None:
        """The teacher chooses some fields of an own text; the same text once more replaces what was chosen of it."""
        talk = self.talk_of(number)
        if talk is None:
            return
        own = self.find([one for one in self.entries if one.author == talk.lead.teacher], entry)
        if own is None:
            return
        names = [name for name in own.says if name != "file"]
        chosen = [name for place, name in enumerate(names) if fields >> place & 1] or names[:1]
        one = Handed(uuid.UUID(int=0), own)
        note = self.word(own.author, lambda: self.of_handed(talk, one))

        def choose(scope: Scope) -> uuid.UUID:
            return items.choose(scope, get_talk(scope, talk.id), own.id, own.kind, chosen, note)

        made = self.at(talk, TEACHER, choose)
        if made:
            assert own.kind.shareable, "a private half is handed over"
            assert not talk.opened and not talk.settled, "something is added to what is open"
            one.id = made
            for other in talk.handed:
                other.withdrawn |= other.entry is own
            talk.handed.append(one)
            for name in [*chosen, *(["file"] if "file" in own.says else [])]:
                self.words[own.says[name]].stands_in.append(lambda: self.of_handed(talk, one))
            self.done("chooses")

    @rule(number=which, item=which)
    def withdraws(self, number: int, item: int) -> None:
        """The teacher takes something back: until it is settled."""
        talk = self.talk_of(number)
        there = [one for one in talk.handed if not one.withdrawn] if talk else []
        if talk is None or not there:
            return
        one = there[item % len(there)]
        if self.at(talk, TEACHER, lambda scope: items.take_back(scope, get_talk(scope, talk.id), one.id)):
            assert not talk.settled, "something is taken back that was settled"
            one.withdrawn = True
            self.done("withdraws_what_was_open" if one.opened else "withdraws")

    @rule(number=which, leader_does=leader_does)
    def puts_a_point(self, number: int, leader_does: bool) -> None:
        """A point for the talk, or one less."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None:
            return
        word = self.word(talk.side(side), lambda: self.both(talk) if self.items_open(talk) else set())
        if self.at(talk, side, lambda scope: points.add_point(scope, talk.id, word, None)):
            self.done("puts_a_point")

    @rule(number=which, leader_does=leader_does)
    def writes_afterwards(self, number: int, leader_does: bool) -> None:
        """The teacher the report, the leader the addition: both read it at once, and once settled in the record."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None:
            return
        kind, before = reporting.WRITTEN_BY[side][0], talk.afterwards.get(side)
        text = before or Text(uuid.UUID(int=0), [])

        def readers() -> set[int]:
            return set() if talk.settled or text.binned else self.both(talk)

        word = self.word(talk.side(side), readers)

        def keep(scope: Scope) -> None:
            found = get_talk(scope, talk.id)
            texts = read_texts(scope, found)
            own = texts.addition if leader_does else texts.report
            reporting.keep_text(scope, found, own, draft(word, kind.empty() | {"text": word}, own), None)

        if self.at(talk, side, keep):
            assert not talk.settled, "a settled report is changed"
            if before is None or before.binned:
                text = talk.afterwards[side] = Text(self.last_entry(talk, talk.side(side)), [])
            text.words.append(word)
            self.addresses.append(f"/p/{talk.lead.place}/{NAME}/{text.id}/")
            self.done("adds" if leader_does else "reports")

    @rule(number=which, leader_does=leader_does)
    def agrees(self, number: int, leader_does: bool) -> None:
        """Agreements are written anew; they open the next conversation of these two."""
        talk = self.talk_of(number)
        if talk is None:
            return
        word = self.word(None)
        known = lambda: self.both(talk) if talk.agreed == word and self.record_kept(talk) else set()  # noqa: E731
        self.words[word].stands_in.append(known)

        def write(scope: Scope) -> None:
            seen = get_talk(scope, talk.id).agreements_number
            rows = [{"text": word, "who": "both", "look_back_on": today().isoformat()}]
            agreements.write_agreements(scope, talk.id, rows, seen)

        if self.at(talk, side_of(leader_does), write):
            talk.agreed = word
            self.done("agrees")

    @rule(number=which, leader_does=leader_does, differs=st.integers(0, 2))
    def answers(self, number: int, leader_does: bool, differs: int) -> None:
        """One side answers, perhaps with what they see differently; when both have, it is settled."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None:
            return
        note = self.word(talk.side(side))
        known = lambda: self.both(talk) if talk.notes.get(side) == note and self.record_kept(talk) else set()  # noqa: E731
        self.words[note].stands_in.append(known)

        def answer(scope: Scope) -> bool:
            found = get_talk(scope, talk.id)
            seen = reporting.version_of(found, read_texts(scope, found))
            return reporting.answer(scope, talk.id, AGREE if differs else DIFFER, note if differs != 2 else "", seen)

        settled = self.at(talk, side, answer)
        if settled is None:
            return
        talk.notes[side] = note if differs != 2 else ""
        self.done("answers")
        if settled:
            self.settle(talk)
            if talk.agreed:  # they are in what is kept of the teacher, who reads that until it is erased
                self.words[talk.agreed].stands_in.append(lambda: {talk.lead.teacher})
            for text in talk.afterwards.values():
                if not text.binned:
                    kept = lambda: self.both(talk) if self.record_kept(talk) else set()  # noqa: E731
                    self.words[text.words[-1]].stands_in.append(kept)
            self.done("settles")

    @rule(number=which, leader_does=leader_does, seldom=seldom)
    def erases_a_part(self, number: int, leader_does: bool, seldom: int) -> None:
        """Somebody puts their own preparation, report or addition into the bin."""
        talk, side = self.talk_of(number), side_of(leader_does)
        if talk is None or seldom > 1:
            return
        text = (talk.parts if seldom else talk.afterwards).get(side)
        if text and not text.binned and self.at(talk, side, lambda scope: entry_bin.bin_entry(scope, text.id)):
            text.binned = True
            self.done("erases_a_part")


def draft(title: str, content: dict[str, Any], own: Any) -> Draft:
    """A text of a conversation; on top of `own`, if there is one."""
    return Draft(title, today(), None, None, content, own.number if own else 0)


STEPS_THERE_ARE = {
    "a_coach_leads", "a_leader_is_no_coach", "account_goes", "adds", "agrees", "answers", "both_open", "chooses",
    "coach_comes", "coach_goes", "comments", "days_go_by", "days_go_by_with_a_worker", "edits", "erases_a_part",
    "is_binned", "is_called_off", "is_coach_already", "is_erased", "is_off", "is_on_again", "is_planned_after_all",
    "leader_prepares", "leader_releases", "leads", "leads_again", "leads_no_longer", "opens_what_is_theirs", "plans",
    "puts_a_point", "reports", "settles", "shares_no_more", "shares_with_a_person", "shares_with_circle",
    "shares_with_coach", "takes_the_release_back", "teacher_prepares", "teacher_releases", "withdraws",
    "withdraws_what_was_open", "writes", "writes_a_private_half", "years_go_by",
}  # fmt: skip
"""By the names in `Sightings.done`."""
