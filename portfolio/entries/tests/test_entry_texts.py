"""Many entries with their texts at once: one's own, and what lies in a place one takes part in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portfolio.clock import today
from portfolio.entries.entry_texts import list_own_links, list_own_texts, list_texts_there
from portfolio.entries.models import Link
from portfolio.entries.readers_log import list_readings, note_reading
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import (
    make_circle,
    make_entry,
    make_joint,
    make_leadership,
    make_person,
    make_share,
    open_scope_for,
    portfolio_of,
)


def titles(found: Any) -> list[str]:
    return [one.title for one in found]


def test_own_texts_are_those_of_these_kinds_with_what_they_say_now(session: Session) -> None:
    fenna, yara = make_person(session), make_person(session, name="Yara")
    then = today() - dt.timedelta(days=9)
    goal = make_entry(session, fenna, title="Doel", content={"why": "Omdat."}, happened_on=then)
    make_entry(session, fenna, kind="evidence", plugin="evidence", title="Bewijs")
    make_entry(session, fenna, kind="reflection", plugin="reflections", title="Gedachte")
    make_entry(session, fenna, title="Weg", deleted=True)
    make_entry(session, fenna, title="Elders", portfolio=make_joint(session, fenna, yara))
    make_share(session, make_entry(session, yara, title="Van Yara"), person=fenna)
    make_share(session, goal, person=yara)
    found = list_own_texts(open_scope_for(session, fenna), (Goal, Evidence))
    assert titles(found) == ["Bewijs", "Doel"], "newest first"
    assert found[1].content["why"] == "Omdat." and set(found[1].content) == set(Goal.empty())
    assert [one.shared for one in found] == [False, True] and found[0].author_name == fenna.name


def test_own_links_lead_from_these_kinds_to_what_is_there(session: Session) -> None:
    fenna = make_person(session)
    goal, gone = make_entry(session, fenna, title="Doel"), make_entry(session, fenna, title="Weg", deleted=True)
    evidence = make_entry(session, fenna, kind="evidence", plugin="evidence", title="Bewijs")
    for other in (goal, gone):
        ends = {"from_id": evidence.id, "to_id": other.id}
        session.execute(insert(Link).values(id=uuid.uuid4(), type="shows", created_at=goal.created_at, **ends))
    scope = open_scope_for(session, fenna)
    [link] = list_own_links(scope, (Evidence,))
    assert (link.from_id, link.id, link.type, link.title) == (evidence.id, goal.id, "shows", "Doel")
    assert list_own_links(scope, (Goal,)) == []


def test_what_lies_in_a_place_is_for_who_takes_part_there_and_private_texts_for_their_author(session: Session) -> None:
    fenna, hanne, yara = (make_person(session, name=name) for name in ("Fenna", "Hanne", "Yara"))
    joint = make_joint(session, fenna, hanne)
    circle = portfolio_of(session, circle=make_circle(session, fenna, yara))
    make_leadership(session, hanne, fenna)
    make_entry(session, fenna, title="Voor ons", portfolio=joint)
    make_entry(session, hanne, title="Van Hanne alleen", portfolio=joint, audience="author")
    make_entry(session, hanne, title="Weg", portfolio=joint, deleted=True)
    make_entry(session, yara, title="In de kring", portfolio=circle)
    places = [joint.id, circle.id, portfolio_of(session, fenna).id]
    make_entry(session, fenna, title="Van Fenna")

    def seen(person: Any) -> set[str]:
        return set(titles(list_texts_there(open_scope_for(session, person), places, (Goal,))))

    assert seen(fenna) == {"Voor ons", "In de kring", "Van Fenna"}
    assert seen(hanne) == {"Voor ons", "Van Hanne alleen"}
    assert seen(yara) == {"In de kring"}
    assert list_texts_there(open_scope_for(session, fenna), [], (Goal,)) == []


def test_reading_several_of_others_is_one_line_each_in_their_log(session: Session) -> None:
    fenna, hanne = make_person(session), make_person(session, name="Hanne")
    joint = make_joint(session, fenna, hanne)
    for title in ("Een", "Twee"):
        make_entry(session, hanne, title=title, portfolio=joint)
    make_entry(session, fenna, title="Eigen", portfolio=joint)
    scope = open_scope_for(session, fenna)
    for _turn in range(2):
        note_reading(scope, *list_texts_there(scope, [joint.id], (Goal,)))
    for write in scope.after:
        write(session)
    scope.after.clear()
    note_reading(scope, *list_texts_there(scope, [joint.id], (Goal,)))
    assert scope.after == [], "today's is there already"
    assert sorted(one.title for one in list_readings(open_scope_for(session, hanne))[0]) == ["Een", "Twee"]
    assert list_readings(scope)[0] == []
