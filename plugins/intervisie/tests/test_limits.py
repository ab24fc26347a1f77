"""Many people and many sessions: pages and writes stay within their queries. Whatever a form sends, no page breaks."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolio_plugins.intervisie.methods import BUNDLED
from portfolio_plugins.intervisie.models import DONE, Line, Meeting, SessionEntry
from portfolio_plugins.intervisie.settings import NAME
from sqlalchemy import select

from portfolio.clock import now, today
from portfolio.entries.models import Entry, Portfolio
from portfolio.people.models import CircleMember, Person
from portfolio.testing import make_entry, make_person, post
from portfolio.testing_contract import PAGE, WRITE
from portfolio.testing_counting import statements

SESSIONS = 200


@pytest.fixture
def much(people):
    """Eight members, and 200 sessions of which the last has a case, advice, and what each says of it."""
    address = people.plan("fenna", day=today().isoformat(), case_owner="yara", facilitator="fenna", observer="noor")
    session_id = address.rstrip("/").split("/")[-1]
    form = {"title": "Hoe begrens ik?", "happened_on": today().isoformat(), "seen": "0", "context": "Stil."}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    post(people.browser("yara"), f"{address}case", {"entry": case.rstrip("/").split("/")[-1]})
    post(people.browser("yara"), f"{people.group}/agreements", {"agreements": "Stil.", "seen": "0"})
    for who in ("daan", "noor", "sem"):
        post(people.browser(who), f"{address}advice", {"advice": f"Van {who}."})
    with people.database.write() as session:
        place = session.get_one(Portfolio, people.place)
        for number in range(3):
            person = make_person(session, name=f"Lid {number}")
            session.add(CircleMember(circle_id=people.circle.id, person_id=person.id, since=dt.date(2024, 8, 1),
                                     accepted_at=now()))  # fmt: skip
        frozen = BUNDLED[0].frozen()
        old = [
            Meeting(portfolio_id=people.place, day=today() - dt.timedelta(days=7 * n), closes_on=today(),
                    method="incident_kort", frozen=frozen, state=DONE, case_owner_id=people.persons["daan"].id)
            for n in range(1, SESSIONS)
        ]  # fmt: skip
        session.add_all(old)
        session.flush()
        for person in session.scalars(select(Person).where(Person.id.in_(
                select(CircleMember.person_id).where(CircleMember.circle_id == people.circle.id)))):  # fmt: skip
            entry = make_entry(session, person, kind="intervisie_evaluation", plugin=NAME, title="Fijn",
                               portfolio=place, content={"helped": "Stil.", "safe": "yes"})  # fmt: skip
            session.add(SessionEntry(session_id=session.scalars(select(Meeting.id).where(Meeting.day == today())).one(),
                                     entry_id=entry.id, what="evaluation"))  # fmt: skip
            take = make_entry(session, person, kind="intervisie_take_away", plugin=NAME, title="Tellen",
                              content={"look_back_on": today().isoformat()})  # fmt: skip
            session.add(SessionEntry(session_id=old[0].id, entry_id=take.id, what="take_away"))
        for number in range(25):
            entry = make_entry(session, people.persons["noor"], kind="intervisie_pattern", plugin=NAME,
                               title=f"Patroon {number}", portfolio=place, content={"text": "Steeds."})  # fmt: skip
            for one in old[:10]:
                session.add(SessionEntry(session_id=one.id, entry_id=entry.id, what="pattern"))
    return {"session": address, "id": session_id, "case": case, "old": f"{people.home}sessions/{old[5].id}/"}


def test_no_page_asks_more_than_eight_times_nor_a_write_more_than_twelve(people, much):
    session, daan = much["session"], people.browser("daan")
    pages = [people.group, f"{people.group}?page=3", session, much["old"], f"{session}edit",
             f"{people.group}/agreements", f"{people.home}sessions/new", f"{session}case", f"{session}take-away",
             f"{people.home}patterns/new", people.own("daan"), f"{people.own('daan')}?page=4",
             f"{people.own('daan')}everything", "/"]  # fmt: skip
    case_id = much["case"].rstrip("/").split("/")[-1]
    yara = [session, f"{people.own('yara')}cases/{case_id}/bring"]
    for browser, page in [*((daan, page) for page in pages), *((people.browser("yara"), page) for page in yara)]:
        with statements(people.database) as found:
            assert browser.get(page).status_code in (200, 303), page
        assert len(found) <= PAGE, (page, len(found), "\n".join(found))
    day = today().isoformat()
    words = {"title": "Nieuw", "happened_on": day, "seen": "0"}
    writes = [
        ("daan", f"{session}advice", {"advice": "Nog een."}), ("daan", f"{session}take-away", words),
        ("daan", f"{people.home}patterns/new", words | {"sessions": [much["id"]]}),
        ("daan", f"{people.home}sessions/new", {"day": day, "method": "vrij"}),
        ("daan", f"{people.group}/confirm", {"seen": "1"}), ("daan", f"{session}state", {"state": "cancelled"}),
        ("daan", f"{session}state", {"state": "planned"}),
        ("daan", f"{people.group}/agreements", {"agreements": "Anders.", "seen": "1"}),
        ("yara", f"{session}case/back", {}),
        ("yara", f"{session}case", {"entry": case_id}),
    ]  # fmt: skip
    for who, page, form in writes:
        browser = people.browser(who)
        with statements(people.database) as found:
            assert post(browser, page, form).status_code == 303, page
        assert len(found) <= WRITE, (page, len(found), "\n".join(found))


def test_whatever_a_form_sends_no_page_breaks(people, much):
    session, daan = much["session"], people.browser("daan")
    odd = ["", " ", "x" * 30_000, "\x00\x1b", "2026-13-45", "-1", "99999999999999999999", "<script>alert(1)</script>",
           "../../etc", "é" * 250, "00000000-0000-0000-0000-000000000000"]  # fmt: skip
    addresses = [f"{people.group}/agreements", f"{people.group}/confirm", f"{people.home}sessions/new",
                 f"{session}edit", f"{session}state", f"{session}case", f"{session}advice", f"{session}take-away",
                 f"{session}evaluation", f"{people.home}patterns/new", f"{session}agree"]  # fmt: skip
    names = ["agreements", "seen", "day", "begins_at", "place", "link", "method", "facilitator", "case_owner", "entry",
             "advice", "title", "happened_on", "state", "keep", "sessions", "look_back_on", "safe", "once",
             "minutes-analyse"]  # fmt: skip
    for address in addresses:
        for value in odd:
            answer = post(daan, address, dict.fromkeys(names, value))
            assert answer.status_code in (303, 404, 409, 422), (address, value[:20], answer.status_code)
            assert "<script>alert" not in answer.text


def test_lines_are_erased_when_the_term_is_over_and_not_before(people, much):
    from portfolio_plugins.intervisie.upkeep import erase_lines

    with people.database.write() as session:
        author = people.persons["daan"].id
        ids = {old: session.scalars(select(Meeting.id).where(Meeting.day == day)).one()
               for old, day in (("over", today() - dt.timedelta(days=21)), ("now", today()))}  # fmt: skip
        for one in ids.values():
            session.add(Line(session_id=one, author_id=author, step="analyse", what="question", text="?",
                             written_at=now()))  # fmt: skip
    with people.database.write() as session:
        erase_lines(session, {}, type("Context", (), {"now": now()})())
    with people.database.read() as session:
        assert list(session.scalars(select(Line.session_id))) == [ids["now"]]
        assert session.scalars(select(Entry).where(Entry.kind == "intervisie_case")).one()
