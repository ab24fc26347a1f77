"""No page for a school or its cohorts says anything of what is written: no word, no title, no writer, no number.

Every GET route with a school in its address is asked, before and after much has been written with what is on.
"""

from __future__ import annotations

import re

from portfolio import clock
from portfolio.app import App
from portfolio.db import Database
from portfolio.entries import commenting
from portfolio.people.models import CohortMember, CohortPartner, Switch, Trio, TrioMember
from portfolio.people.roster_models import Roster
from portfolio.settings import Settings
from portfolio.testing import make_coaching, make_entry, make_leadership, make_person, make_share, open_scope_for
from tests.cohort_school import DAY, TODAY, School
from tests.demo_loading import NAME

CANARY = "kanarievogel"
VARIES = re.compile(r'name="(csrf_token|once)" value="[^"]*"')


def addresses(app: App, ids: dict[str, str]) -> list[str]:
    """Every GET address with a school in it, with the ids of the world."""
    rules = [rule for rule in app.url_map.iter_rules() if "school" in rule.arguments and "GET" in (rule.methods or ())]
    assert len(rules) > 15
    with app.test_request_context():
        return [app.url_for(rule.endpoint, **{one: ids[one] for one in rule.arguments}) for rule in rules]


def test_no_page_of_an_administrator_shows_use(database: Database, settings: Settings) -> None:
    school = School(database, settings)
    for who in (school.fenna, school.idris):
        school.add(who)
    school.arrange()
    school.switch_on()
    with database.write() as session:
        cohort, person = school.cohort.split("/")[-2], str(school.fenna.id)
        ids = {"school": str(school.id), "cohort": cohort, "person": person, "plugin": NAME}
        part = {"cohort_id": session.query(Switch).one().cohort_id, "school_id": school.id, "since": TODAY}
        trio, partner = Trio(name="Twee", **part), CohortPartner(**part)
        session.add_all([trio, partner])
        session.flush()
        for one in session.query(CohortMember):
            session.add(TrioMember(trio_id=trio.id, member_id=one.id))
            ids["member"] = str(one.id)
        ids |= {"trio": str(trio.id), "partner": str(partner.id), "switch": str(session.query(Switch).one().id)}
        roster = Roster(
            school_id=school.id, made_by=school.mirjam.id, digest="x", findings={"faulty": [], "unread": []},
            created_at=clock.now(), ends_at=clock.now() + DAY,
        )  # fmt: skip
        session.add(roster)
        session.flush()
        ids["roster"] = str(roster.id)
        make_leadership(session, school.idris, school.fenna, school=school.school)
    pages = addresses(school.app, ids)

    def seen() -> dict[str, str]:
        found = {page: school.admin.get(page) for page in pages}
        return {page: VARIES.sub("", answer.text) for page, answer in found.items() if answer.status_code == 200}

    school.admin.get(school.cohort)  # says "saved" for the last time
    before = seen()
    assert len(before) > 12 and f"{school.cohort}" in before, sorted(before)
    with database.write() as session:
        fenna, coach = session.merge(school.fenna), make_person(session, name="Ruben Denkbeeld")
        coaching = make_coaching(session, coach, fenna)
        for number in range(7):
            for plugin, kind in ((NAME, "heron"), ("goals", "goal")):
                entry = make_entry(session, fenna, plugin=plugin, kind=kind, title=f"{CANARY} {number}")
                make_share(session, entry, coaching=coaching)
            commenting.add_comment(open_scope_for(session, coach), entry.id, "question", f"Wat zegt een {CANARY}?")
    after = seen()
    assert CANARY in school.browser(school.fenna).get(f"/p/{school.portfolio}/{NAME}/").text, "it is there"
    assert [page for page, text in after.items() if CANARY in text] == []
    assert [page for page in before if before[page] != after.get(page)] == [], "not a word, not a number differs"
