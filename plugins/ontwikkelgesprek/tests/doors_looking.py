"""Looking around in the world of `doors_model.py`: by the access rules, by the services and by the pages.

Whoever looks asks for everything there is, also for what isn't theirs to open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from portfolio_plugins.ontwikkelgesprek import dossier, items, own, points, showing
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk, list_talks
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import EXPECTED_NO, MIRJAM, PEOPLE, WORD, KnownDoors
from sqlalchemy import delete, select

from portfolio.access import READ, VISIBLE, parameters
from portfolio.clock import now
from portfolio.entries.models import Entry, Portfolio, Revision, Snapshot
from portfolio.entries.reading import list_there
from portfolio.entries.snapshots import get_snapshot, list_snapshots
from portfolio.jobs.loading import load_worker
from portfolio.jobs.models import Job
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail
from portfolio.people import joint
from portfolio.people.models import Circle, Person, School
from portfolio.testing import sign_in

_READABLE = (
    select(Revision.title, Revision.content)
    .join(Entry, (Entry.id == Revision.entry_id) & (Entry.number == Revision.number))
    .where(Entry.id.in_(VISIBLE[READ]))
)
OF_A_TALK = ("", "read", "during", "during/now", "log", "dossier", "prepare", "choose", "report", "addition",
             "agreements", "edit", "calendar.ics")  # fmt: skip
LAST = 3
"""So many conversations, the latest, somebody asks for in full."""


class LookingAround(KnownDoors):
    """After each step somebody looks around."""

    PAGES_EVERY: ClassVar[int] = 45

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0

    def check_invariants(self, *args: Any, **more: Any) -> None:
        """After each step. What is wrong is kept: ids are others at each run, so another run may take another way."""
        super().check_invariants(*args, **more)
        if not hasattr(self, "circle"):
            return
        try:
            self.look_around()
        except AssertionError as wrong:
            self.seen.wrong.append(str(wrong))
            raise

    def look_around(self) -> None:
        """In one of three ways, in turns; and now and then by the pages."""
        self.steps += 1
        self.seen.steps += 1
        viewer, turn = self.whose_turn(self.steps // 2)
        if viewer not in self.gone:
            with self.app.database.read() as session:
                ways = (self.of_entries, self.of_snapshots, self.of_talks)
                self.look(viewer, ways[turn](session, viewer))
        if self.steps % self.PAGES_EVERY == 0:
            self.look_at_pages(self.steps // self.PAGES_EVERY % len(PEOPLE))

    def whose_turn(self, count: int) -> tuple[int, int]:
        """Who looks, and in which way: by turns who leads or led somebody, and everybody."""
        if self.steps % 2:
            return self.leads[count % len(self.leads)].leader, count // len(self.leads) % 3
        return count % len(PEOPLE), count // len(PEOPLE) % 3

    def look(self, viewer: int, said: Iterator[str]) -> None:
        """What somebody found is theirs to read; raises AssertionError otherwise."""
        self.seen.looks += 1
        for word in sorted(set(WORD.findall(" ".join(said)))):
            known = self.words[word]
            assert viewer in self.readers_of(known), f"{PEOPLE[viewer]} reads {word} of {known.step}"
            self.seen.words += known.author != viewer
            author = known.author
            self.seen.through_a_door += author is not None and author != viewer and self.led_by(viewer, author)

    def of_entries(self, session: Any, viewer: int) -> Iterator[str]:
        """Every entry somebody may read, in full."""
        yield from map(str, session.execute(_READABLE, parameters(self.scope(session, viewer))))

    def of_snapshots(self, session: Any, viewer: int) -> Iterator[str]:
        """Everything that was ever handed over, and what was settled, whoever asks for it."""
        scope = self.scope(session, viewer)
        for id_ in session.scalars(select(Snapshot.id)).all():
            try:
                yield str(get_snapshot(scope, id_))
            except EXPECTED_NO:
                continue
        for talk in self.talks[-LAST:]:
            assert talk.lead.place is not None
            yield str(list_snapshots(scope, talk.lead.place, talk.id))

    def of_talks(self, session: Any, viewer: int) -> Iterator[str]:
        """What the services say of conversations; the gate stands before them, so where it is shut nobody asks."""
        everywhere = self.scope(session, viewer)
        places = {one.place for one in self.leads if one.place is not None and self.on[one.school]}
        yield str(joint.list_together(everywhere))
        yield str(list_talks(everywhere, places, size=100))
        yield str(own.list_written(everywhere))
        for place in sorted(places):
            yield str(list_there(everywhere, place))
        for talk in self.talks[-LAST:]:
            if not self.on[talk.lead.school]:
                continue
            scope = self.scope(session, viewer, talk.lead.place)
            try:
                found = get_talk(scope, talk.id)
            except EXPECTED_NO:
                continue
            assert viewer in self.both(talk), f"{PEOPLE[viewer]} is let in"
            yield str([showing.look_at(scope, talk.id), points.list_points(scope, found)])
            yield str(items.list_rows(scope, found))
            try:
                yield str(dossier.read_dossier(scope, talk.id))
            except EXPECTED_NO:
                continue

    def look_at_pages(self, viewer: int) -> None:
        """The pages somebody has, and every address there is: an outsider gets 404 and not a word."""
        if viewer in self.gone:
            return
        with self.app.database.read() as session:
            browser = sign_in(self.app.test_client(), session.get_one(Person, self.people[viewer]))
        addresses = ["/", "/news", "/shared", "/together", "/kept", "/coaching", "/circles", "/readings"]
        addresses += [f"/p/{self.own[viewer]}/{NAME}/", f"/p/{self.own[viewer]}/{NAME}/everything"]
        if viewer == MIRJAM:
            addresses += [address for one in self.schools for address in (f"/s/{one}", f"/s/{one}/cohorts")]
        self.look(viewer, (self.page(browser, address) for address in (*addresses, *self.addresses[-8:])))
        for place in {one.place: one for one in self.leads[-LAST:] if one.place}:
            more = (f"/p/{place}/together", f"/p/{place}/{NAME}/conversations", f"/p/{place}/{NAME}/conversations/new")
            self.look(viewer, (self.page(browser, address) for address in more))
        for talk in self.talks[-LAST:]:
            home = f"/p/{talk.lead.place}/{NAME}/conversations/{talk.id}/"
            let_in = viewer in self.both(talk)
            said = [self.page(browser, home + rest, let_in=let_in) for rest in OF_A_TALK]
            self.look(viewer, iter(said))

    def page(self, browser: Any, address: str, *, let_in: bool | None = None) -> str:
        """What a page says; to who isn't let in it isn't there."""
        answer = browser.get(address)
        self.seen.pages += 1
        if let_in is False:
            assert answer.status_code == 404, f"somebody is let in: {address} is {answer.status_code}"
        assert answer.status_code in (200, 302, 303, 403, 404), f"{address} is {answer.status_code}"
        return f"{answer.text} {answer.headers}"

    def work_is_done(self, ahead: dt.timedelta = dt.timedelta(0)) -> None:
        """The worker does all that is due; nothing of it stands in a mail."""
        load_worker()
        run_pending(self.app.database, self.app.settings, until=now() + ahead)
        with self.app.database.read() as session:
            mails = " ".join(f"{mail.subject} {mail.body}" for mail in session.scalars(select(Mail)))
        if WORD.findall(mails):
            self.seen.wrong.append("a mail says it")
            raise AssertionError("a mail says it")

    def teardown(self) -> None:
        """At the end nothing of it stood in a mail; and the next run begins with nobody."""
        try:
            self.work_is_done(dt.timedelta(minutes=6))
        finally:
            with self.app.database.write() as session:
                for table in (Mail, Job, Portfolio, Person, Circle, School):
                    session.execute(delete(table))
            self.clock.stop()
