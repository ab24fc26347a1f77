"""One small real world for the walks over all pages: nine ways to look at it, and the ids that addresses name.

The owner's words all hold a canary word, so that a page which shows any of them to the wrong reader is found.
`crowd` says how many rows there are of everything a page may list.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.db import Database, new_id
from portfolio.entries import commenting, writing
from portfolio.entries.bin import bin_entry
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.linking import set_links
from portfolio.entries.models import Attachment, Entry, Reading, SnapshotFile
from portfolio.entries.snapshots import open_snapshots, take_snapshot
from portfolio.files import FolderStore
from portfolio.notices.stopping import stop_address
from portfolio.people import links, recovery
from portfolio.people.agreements import AGREEMENTS
from portfolio.people.models import (
    Agreement,
    Board,
    BoardRole,
    CircleMember,
    CohortMember,
    CohortPartner,
    Installation,
    Person,
    SchoolRole,
    Trio,
    TrioMember,
)
from portfolio.people.passwords import hash_password
from portfolio.people.roster_models import Roster, RosterLine
from portfolio.people.security import note_event
from portfolio.people.sessions import start_sign_in
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.settings import Settings
from portfolio.testing import (
    LONG_AGO,
    PASSWORD,
    make_circle,
    make_coaching,
    make_cohort,
    make_entry,
    make_joint,
    make_leadership,
    make_person,
    make_school,
    make_share,
    make_switch,
    open_scope_for,
    portfolio_of,
)

CANARY = "kanarievogel"
AWAY = "polariteiten"
"""A plugin that isn't there any more; the owner wrote with it."""
SWITCHABLE = ("reigers", "vlinders")
"""Plugins without pages: the first is on in the owner's cohort."""
ANONYMOUS = "anonymous"
ROLES = (
    "anonymous", "owner", "coach", "member", "colleague", "leader", "administrator", "elsewhere", "board",
)  # fmt: skip
"""A visitor; the teacher whose pages these are; her coach and a member of her circle, with whom she shares; a
colleague she shares nothing with; her leader; her school's administrator; another school's; somebody of the board."""
SECTION = {Goal: "goals", Evidence: "evidence", Reflection: "reflections"}
NAMES = {
    "owner": "Fenna", "coach": "Ruben", "member": "Idris", "colleague": "Yara", "leader": "Hanne",
    "administrator": "Mirjam", "elsewhere": "Sanne", "board": "Otto", "friend": "Lotte", "second": "Bram",
    "newcomer": "Noor", "known": "Olga", "paper": "Gijs",
}  # fmt: skip
INVITED = ("newcomer", "known")
"""They have not begun; "known" was invited at the address of the board's account."""
TEXT = b"Vier handen boven een tafel."


@dataclass
class World:
    """Who there is, how they are signed in, and every id that an address may name."""

    tokens: dict[str, str] = field(default_factory=dict)
    """Of each role's sign-in."""
    ids: dict[str, str] = field(default_factory=dict)
    hers: set[str] = field(default_factory=set)
    """Names in `ids` of what the owner's leader may not even know to exist."""

    def address(self, pattern: str) -> str:
        """An address with the ids it names filled in."""
        return pattern.format_map(self.ids)


@functools.cache
def _known_hash() -> str:
    return hash_password(PASSWORD)


def build(database: Database, settings: Settings, *, crowd: int = 1, demo: bool = False) -> World:
    """Fill an empty database. With `demo` it says of itself that it is a demonstration."""
    builder = _Builder(database, settings, crowd)
    builder.people()
    builder.relations()
    builder.entries()
    builder.handed_over()
    builder.readers()
    builder.doors()
    builder.rosters()
    if demo:
        with database.write() as session:
            session.add(Installation(key="demo", value="yes"))
    return builder.world


class _Builder:
    def __init__(self, database: Database, settings: Settings, crowd: int) -> None:
        self.database, self.settings, self.crowd = database, settings, crowd
        self.store = FolderStore(settings.files)
        self.world = World()
        self.person: dict[str, Person] = {}
        self.made: dict[str, Any] = {}

    def note(self, name: str, what: Any, *, hers: bool = False) -> Any:
        """Keep an id under a name; returns what it is of."""
        self.world.ids[name] = str(getattr(what, "id", what))
        self.made[name] = what
        if hers:
            self.world.hers.add(name)
        return what

    def people(self) -> None:
        """Two schools, a board, and everybody with an account."""
        with self.database.write() as session:
            board = self.note("board_of_schools", Board(name="Bestuur Overstag"))
            session.add(board)
            session.flush()
            school = self.note("school", make_school(session, name="De Papieren Brug"))
            elsewhere = self.note("other_school", make_school(session, name="Het Verre Veld"))
            school.board_id = board.id
            where = {"owner": school, "member": school, "colleague": school, "administrator": school, "coach": school,
                     "elsewhere": elsewhere, "newcomer": school, "known": school, "paper": school}  # fmt: skip
            roles = {"administrator": "administrator", "elsewhere": "administrator", "coach": "coach"}
            for role, name in NAMES.items():
                person = make_person(
                    session, name=f"{name} Voorbeeld", email=f"{name.lower()}@example.org", school=where.get(role),
                    role=roles.get(role, "teacher"), used=role not in INVITED,
                )  # fmt: skip
                person.language, person.password_hash = "en", "" if role in INVITED else _known_hash()
                self.person[role] = self.note(role, person)
            self.person["known"].invited_email = self.person["board"].email
            self.person["paper"].email, self.person["paper"].sign_in_name = None, "gijs"
            session.add(BoardRole(person_id=self.person["board"].id, board_id=board.id, since=LONG_AGO))
            for number in range(self.crowd - 1):
                extra = make_person(session, name=f"Collega {number}", school=school)
                session.add(SchoolRole(person_id=extra.id, school_id=school.id, role="coach", since=LONG_AGO))
            for role in ("owner", "coach", "leader", "colleague"):
                self.note(f"{role}_portfolio", portfolio_of(session, self.person[role]), hers=role == "owner")
            self.note("owner_role", session.query(SchoolRole).filter_by(person_id=self.person["owner"].id).one())

    def relations(self) -> None:
        """Coaching, circles and a leader; with what still waits for an answer."""
        who, note = self.person, self.note
        with self.database.write() as session:
            note("coaching", make_coaching(session, who["coach"], who["owner"]), hers=True).school_id = uuid.UUID(
                self.world.ids["school"]
            )
            for role in ("owner", "member"):
                make_coaching(session, who["known"], who[role], accepted=False).school_id = self.made["school"].id
            note("proposal", make_coaching(session, who["second"], who["owner"], accepted=False), hers=True)
            self.cohorts(session)
            note("leadership", make_leadership(session, who["leader"], who["owner"], school=self.made["school"]))
            joint = note("joint", make_joint(session, who["owner"], who["leader"], home=self.made["cohort"]))
            joint.leadership_id = self.made["leadership"].id
            for number in range(self.crowd):
                make_entry(session, who["owner"], portfolio=joint, title=f"Samen {number}")
            circle = make_circle(session, who["owner"], who["member"], name=f"Trio {CANARY}")
            circle.purpose = f"Elkaar bevragen, {CANARY}"
            note("circle", circle, hers=True)
            theirs = make_circle(session, who["friend"], name="Achterdeur")
            asked = CircleMember(
                circle_id=theirs.id, person_id=who["owner"].id, invited_by=who["friend"].id, since=LONG_AGO
            )
            invited = CircleMember(
                circle_id=circle.id, person_id=who["friend"].id, invited_by=who["owner"].id, since=LONG_AGO
            )
            session.add_all([asked, invited])
            session.flush()
            note("asked", asked, hers=True)
            note("invited", invited, hers=True)
            for number in range(self.crowd - 1):
                extra = make_person(session, name=f"Kring {number}", school=self.made["school"])
                make_circle(session, who["owner"], extra, name=f"Kring {number}")
                session.add(CircleMember(circle_id=circle.id, person_id=extra.id, since=LONG_AGO,
                                         accepted_at=clock.now()))  # fmt: skip
                outside = make_circle(session, who["friend"], extra, name=f"Vraag {number}")
                session.add(CircleMember(circle_id=outside.id, person_id=who["owner"].id, since=LONG_AGO,
                                         invited_by=who["friend"].id))  # fmt: skip
                coach = make_person(session, name=f"Coach {number}")
                make_coaching(session, coach, who["owner"]).school_id = self.made["school"].id
                make_coaching(session, who["coach"], extra).school_id = self.made["school"].id
                led = make_person(session, name=f"Leraar {number}", school=self.made["school"])
                make_leadership(session, who["leader"], led, school=self.made["school"])

    def rosters(self) -> None:
        """A file of people to look at, and what was carried out today."""
        now, by, school = clock.now(), self.person["administrator"].id, self.world.ids["school"]
        with self.database.write() as session:
            for name in ["roster", *["carried_out"] * self.crowd]:
                faulty = [[100 + number, "Zonder", [["no email", ""]]] for number in range(self.crowd)]
                made = self.note(name, Roster(
                    id=new_id(), school_id=uuid.UUID(school), made_by=by, digest=name, created_at=now,
                    findings={"faulty": faulty, "unread": ["Afdeling"]}, ends_at=now + dt.timedelta(days=1),
                ))  # fmt: skip
                made.confirmed_at = made.done_at = now if name == "carried_out" else None
                session.add(made)
                session.flush()
                for number in range(self.crowd):
                    line = RosterLine(roster_id=made.id, number=2 + number, name="Wies", email=f"w{number}@example.org",
                                      role="teacher", language="nl", cohort_id=self.made["cohort"].id)  # fmt: skip
                    if name == "carried_out":
                        who = make_person(session, name="Wies", school=self.made["school"], used=False)
                        line.person_id, line.outcome = who.id, "invited"
                    session.add(line)

    def write(self, title: str, kind: type[Kind] = Goal, *, by: str = "owner", **content: Any) -> uuid.UUID:
        """A new entry, by the service."""
        draft = Draft(title, dt.date(2026, 3, 2), None, None, kind.empty() | content, 0)
        with self.database.write() as session:
            scope = open_scope_for(session, self.person[by])
            return writing.create_entry(scope, SECTION[kind], kind, draft)

    def cohorts(self, session: Session) -> None:
        """The owner's cohort with what is on and arranged, and more of the same."""
        school, owner = self.made["school"], self.person["owner"]
        other = self.made["other_school"]
        self.note("third_school", make_school(session, name="De Ommelanden"))
        cohort = self.note("cohort", make_cohort(session, school, owner))
        theirs = self.note("theirs", make_cohort(session, other))
        where = CohortMember.cohort_id == cohort.id
        first = self.note("cohort_member", session.scalars(select(CohortMember).where(where)).one())
        part = {"cohort_id": cohort.id, "since": LONG_AGO}
        second = CohortMember(school_id=school.id, person_id=self.person["second"].id, **part)
        abroad = CohortMember(school_id=other.id, person_id=self.person["elsewhere"].id, **part)
        abroad.until = clock.today() + dt.timedelta(days=10)
        partner = CohortPartner(school_id=other.id, accepted_at=clock.now(), **part)
        trio = Trio(school_id=school.id, name="Drie van ons", **part)
        asked = CohortPartner(cohort_id=theirs.id, school_id=school.id, since=LONG_AGO)
        session.add_all([second, abroad, partner, trio, asked])
        session.flush()
        session.add_all(TrioMember(trio_id=trio.id, member_id=one.id) for one in (first, second))
        for name, what in (("second_member", second), ("their_member", abroad), ("partner", partner), ("trio", trio)):
            self.note(name, what)
        self.note("switch", make_switch(session, cohort, SWITCHABLE[0]))
        for what in AGREEMENTS:
            session.add(Agreement(cohort_id=cohort.id, what=what, reference="Besluit 12", day=LONG_AGO))
        for number in range(self.crowd - 1):
            extra = make_person(session, name=f"Deelnemer {number}", school=school)
            member = CohortMember(school_id=school.id, person_id=extra.id, **part)
            more_school = make_school(session, name=f"School {number}")
            one_more = Trio(school_id=school.id, name=f"Trio {number}", **part)
            session.add_all([member, one_more, CohortPartner(school_id=more_school.id, **part)])
            session.flush()
            session.add_all(TrioMember(trio_id=one_more.id, member_id=one.id) for one in (first, member))
            make_switch(session, cohort, f"eerder_{number}")
            more = make_cohort(session, school, owner)
            make_switch(session, more, SWITCHABLE[0])
            session.add(CohortPartner(cohort_id=make_cohort(session, more_school).id, school_id=school.id,
                                      since=LONG_AGO))  # fmt: skip
            session.add(Agreement(cohort_id=more.id, what="dpia", reference="", day=LONG_AGO))

    def entries(self) -> None:
        """What the owner wrote: shared, private and binned; with files, links, earlier texts and states."""
        note, write = self.note, self.write
        shared = note("shared", write(f"Ruimte maken {CANARY}", why=f"Omdat {CANARY} zingt."), hers=True)
        private = note("private", write(f"Voor mij alleen {CANARY}", why=f"Stil, {CANARY}."), hers=True)
        binned = note("binned", write(f"Weg ermee {CANARY}"), hers=True)
        note("evidence", write(f"Een les {CANARY}", Evidence, story=f"Een {CANARY} in de klas."), hers=True)
        looked = note("reflection", write(f"Terug {CANARY}", Reflection, text=f"Ik zie {CANARY}."), hers=True)
        note("leaders_own", write("Zelf ook leren", by="leader"))
        goals = [write(f"Vervolg {number} {CANARY}") for number in range(self.crowd)]
        shows = [write(f"Moment {number} {CANARY}", Evidence, story="Het gebeurde.") for number in range(self.crowd)]
        gone = [write(f"Weg {number}") for number in range(self.crowd)]
        with self.database.write() as session:
            scope = open_scope_for(session, self.person["owner"])
            for number in range(1, self.crowd + 2):
                draft = Draft(f"Ruimte maken {CANARY} {number}", dt.date(2026, 3, 2), None, None,
                              Goal.empty() | {"why": f"Omdat {CANARY} {number} keer zingt."}, number)  # fmt: skip
                writing.edit_entry(scope, shared, Goal, draft)
            for number in range(self.crowd):
                writing.change_state(scope, shared, Goal, ("working", "resting")[number % 2], f"{CANARY} {number}")
            self.world.ids["shared_number"] = str(self.crowd + 2)
            before = shared
            for goal in goals:
                set_links(scope, goal, Goal, {"continues": [before]})
                before = goal
            for evidence in shows:
                set_links(scope, evidence, Evidence, {"shows": [shared]})
            set_links(scope, self.made["evidence"], Evidence, {"shows": [shared, private]})
            set_links(scope, looked, Reflection, {"looks_back_on": [shared]})
            for entry in [binned, *gone]:
                bin_entry(scope, entry)
        with self.database.write() as session:
            note("file", self._file(session, shared, "no"), hers=True)
            note("locked", self._file(session, private, "unknown"), hers=True)
            for _number in range(self.crowd - 2):  # with room for one more
                self._file(session, shared, "no")
        self.made["lists"] = [*goals, *shows]

    def _file(self, session: Session, entry: uuid.UUID, pupils: str) -> Attachment:
        found = Attachment(
            entry_id=entry, filename=f"{CANARY}.txt", media_type="text/plain", size=len(TEXT), sha256="0" * 64,
            alt=f"Een {CANARY}", pupils=pupils, added_at=clock.now(),
        )  # fmt: skip
        session.add(found)
        session.flush()
        self.store.put(found.id.hex, TEXT)
        return found

    def handed_over(self) -> None:
        """What the owner handed over to her leader, and what she chose but keeps back still; each with its files."""
        for name, opened in (("handed_file", True), ("kept_back", False)):
            with self.database.write() as session:
                scope, about = open_scope_for(session, self.person["owner"]), uuid.uuid4()
                place = uuid.UUID(str(self.world.ids["joint"]))
                taken = take_snapshot(scope, self.made["shared"], ["why"], place, about, kind=Goal, plugin="goals")
                if opened:
                    open_snapshots(scope, about)
                files = select(SnapshotFile).where(SnapshotFile.snapshot_id == taken).order_by(SnapshotFile.id)
                self.note(name, session.scalars(files.limit(1)).one(), hers=not opened)
                self.note(f"snapshot_{name}", taken, hers=not opened)

    def readers(self) -> None:
        """Shares with the coach and the circle, what they said, and the log of their reading."""
        who, note = self.person, self.note
        shared = self.made["shared"]
        with self.database.write() as session:
            entry = session.get_one(Entry, shared)
            note("share", make_share(session, entry, coaching=self.made["coaching"]), hers=True)
            note("circle_share", make_share(session, entry, circle=self.made["circle"]), hers=True)
            for name in ("evidence", "reflection"):
                other = session.get_one(Entry, self.made[name])
                make_share(session, other, coaching=self.made["coaching"])
                make_share(session, other, circle=self.made["circle"])
            for id_ in self.made["lists"]:
                other = session.get_one(Entry, id_)
                make_share(session, other, coaching=self.made["coaching"])
                make_share(session, other, circle=self.made["circle"])
            for number in range(self.crowd):  # of a plugin that isn't there: shared once, now its author's alone
                kept = make_entry(
                    session, who["owner"], plugin=AWAY, kind="polarity", title=f"Bewaard {number} {CANARY}",
                    content={"pole_a": f"Een {CANARY}"},
                )  # fmt: skip
                note("kept", kept, hers=True)
                note("kept_share", make_share(session, kept, coaching=self.made["coaching"]), hers=True)
            for number in range(self.crowd - 1):
                extra = make_person(session, name=f"Lezer {number}")
                make_share(session, entry, person=extra)
                session.add(Reading(entry_id=shared, reader_id=extra.id, day=dt.date(2026, 4, 1)))
        with self.database.write() as session:
            coach, member = (open_scope_for(session, who[role]) for role in ("coach", "member"))
            for name, scope in (("comment", coach), ("thread", coach), ("members", member)):
                body = f"Wat zou een {CANARY} zeggen?"
                note(name, commenting.add_comment(scope, shared, "question", body), hers=True)
            for _number in range(self.crowd - 1):
                commenting.add_comment(coach, shared, "mirror", f"Ik zie een {CANARY}.", CANARY)
            owner = open_scope_for(session, who["owner"])
            note("reply", commenting.reply(owner, shared, self.made["thread"], f"Die {CANARY} zong."), hers=True)
            for _number in range(self.crowd - 1):
                commenting.reply(owner, shared, self.made["thread"], f"Nog eens, {CANARY}.")
            session.add(Reading(entry_id=shared, reader_id=who["coach"].id, day=dt.date(2026, 4, 1)))

    def doors(self) -> None:
        """A sign-in of everybody, and one-time links of all four purposes."""
        now = clock.now()
        with self.database.write() as session:
            for role in ROLES[1:]:
                self.world.tokens[role] = start_sign_in(
                    session, self.person[role].id, browser="Firefox", now=now, settings=self.settings
                )
            for _number in range(self.crowd):
                start_sign_in(session, self.person["owner"].id, browser="Edge", now=now, settings=self.settings)
                note_event(session, self.person["owner"].id, "signed-in", now, "Edge")
            by, owner = self.person["administrator"].id, self.person["owner"].id
            ids = self.world.ids
            for link, invited in (("invitation", "newcomer"), ("invitation_known", "known")):
                ids[link] = links.make_link(
                    session, links.INVITATION, now, person_id=self.person[invited].id, made_by=by
                )
            ids["reset"] = links.make_link(session, links.RESET, now, person_id=owner)
            ids["code"] = recovery.make_codes(session, self.person["paper"].id, now)[0]
            ids["stop"] = stop_address(self.settings, owner).rpartition("/")[2]
            ids["setup"] = links.make_link(session, links.SETUP, now)
            ids["new_address"] = links.make_link(
                session, links.ADDRESS, now, person_id=owner, data={"email": "fenna.nieuw@example.org"}
            )
        self.world.ids["nobody"] = "0198f4a0-0000-7000-8000-000000000000"
