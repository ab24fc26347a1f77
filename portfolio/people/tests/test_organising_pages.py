"""The pages of a school's administrator: each button, who gets 404, and that none of them opens an account in use."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.people.models import Coaching, Leadership, OneTimeLink, Person, RecoveryWait, School, SchoolRole, SignIn
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_person,
    make_school,
    make_share,
    post,
    sign_in,
)

DAY = dt.timedelta(days=1)


class World(NamedTuple):
    school: uuid.UUID
    mirjam: Person
    fenna: Person
    hanne: Person
    ruben: Person


@pytest.fixture
def world(database: Database) -> World:
    with database.write() as session:
        school = make_school(session)
        people = [
            make_person(session, name=name, school=school, role=role, email=f"{name.split()[0].lower()}@example.org")
            for name, role in (
                ("Mirjam Bedacht", "administrator"), ("Fenna Voorbeeld", "teacher"), ("Hanne Fictema", "leader"),
                ("Ruben Denkbeeld", "coach"),
            )
        ]  # fmt: skip
        return World(school.id, *people)


@pytest.fixture
def mirjam(app: Any, world: World) -> Any:
    return sign_in(app.test_client(), world.mirjam)


def count(database: Database, *where: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).where(*where)) or 0)


def test_the_school_page_names_people_and_roles_and_nothing_they_wrote(
    mirjam: Any, database: Database, world: World
) -> None:
    with database.write() as session:
        circle = make_circle(session, world.fenna, world.ruben, name="Onderstroom")
        entry = make_entry(session, world.fenna, title="Kanarie")
        make_share(session, entry, circle=circle)
        make_coaching(session, world.ruben, world.fenna)
        session.get_one(Person, world.fenna.id).last_seen_at = now() - dt.timedelta(days=777)
    seen = (now() - dt.timedelta(days=777)).year
    pages = [f"/s/{world.school}/", f"/s/{world.school}/people/{world.fenna.id}", f"/s/{world.school}/leaders"]
    for path in (*pages, f"/s/{world.school}/coaches", f"/s/{world.school}/settings"):
        page = mirjam.get(path)
        assert page.status_code == 200, path
        assert "Kanarie" not in page.text and "Onderstroom" not in page.text and str(seen) not in page.text
        assert 'id="who' in page.text or "strip__question" in page.text
    people = mirjam.get(pages[0]).text
    for name in ("Fenna Voorbeeld", "Hanne Fictema", "Ruben Denkbeeld", "Teacher", "Leader", "Coach", "in use"):
        assert name in people
    assert "fenna@example.org" not in mirjam.get(pages[1]).text  # in use: the address is theirs


def paths(world: World) -> list[tuple[str, str]]:
    some, school = uuid.uuid4(), f"/s/{world.school}"
    person = f"{school}/people/{world.fenna.id}"
    reads = ["/", "/people/new", "/leaders", "/coaches", "/settings", "/schools/new"]
    return [
        *(("get", school + path) for path in reads),
        ("get", person),
        *(("post", school + path) for path in reads[1:]),
        ("post", f"{person}/roles"),
        ("post", f"{person}/roles/{some}/end"),
        ("post", f"{person}/invitation"),
        ("post", f"{person}/reset"),
        ("post", f"{school}/leaders/{some}/end"),
        ("post", f"{school}/coaches/{some}/end"),
    ]


def test_nobody_else_finds_any_of_these_pages(app: Any, database: Database, world: World) -> None:
    with database.write() as session:
        elsewhere = make_person(session, school=make_school(session), role="administrator")
        before = make_person(session, name="Oud")
        session.add(
            SchoolRole(
                person_id=before.id,
                school_id=world.school,
                role="administrator",
                since=today() - 9 * DAY,
                until=today(),
            )
        )
    for person in (world.fenna, world.hanne, world.ruben, elsewhere, before):
        client = sign_in(app.test_client(), person)
        for method, path in paths(world):
            answer = client.get(path) if method == "get" else post(client, path)
            assert answer.status_code == 404, (person.name, method, path)
    guest = app.test_client()
    for method, path in paths(world):
        assert (guest.get(path) if method == "get" else post(guest, path)).status_code == (
            302 if method == "get" else 401
        )


def test_empty_and_hostile_values_come_back_with_a_message_and_what_was_typed(mirjam: Any, world: World) -> None:
    school = f"/s/{world.school}"
    hostile = ["", "x" * 3000, "\x00\r\n", "<script>alert(1)</script>", "0001-01-01", "99999-99-99", "²"]
    forms = {
        "/people/new": ["name", "email", "role", "since"],
        "/leaders": ["leader", "teacher", "since", "last_day", "understood"],
        "/coaches": ["coach", "teacher", "focus", "since", "last_day"],
        "/settings": ["name", "theme"],
        "/schools/new": ["name", "theme"],
        f"/people/{world.fenna.id}/roles": ["role", "since", "last_day"],
    }
    for path, fields in forms.items():
        for value in hostile:
            answer = post(mirjam, school + path, dict.fromkeys(fields, value))
            assert answer.status_code in (303, 422), (path, value)
            assert "<script>alert" not in answer.text
            if answer.status_code == 422:
                assert 'class="form-field__error"' in answer.text or "error-summary" in answer.text, (path, value)
        assert post(mirjam, school + path, {}).status_code == 422


def test_inviting_with_and_without_an_address(mirjam: Any, database: Database, world: World) -> None:
    school = f"/s/{world.school}"
    data = {"name": "Gijs Papier", "email": "gijs@example.org", "role": "teacher", "since": today().isoformat()}
    sent = post(mirjam, f"{school}/people/new", data)
    assert sent.status_code == 303
    page = mirjam.get(sent.location).text
    assert "invited, not begun yet" in page and "/invitation/" not in re.sub(r'action="[^"]*"', "", page)
    again = post(mirjam, f"{sent.location}/invitation")
    assert again.status_code == 303 and count(database, OneTimeLink.purpose == "invitation") == 2
    shown = post(mirjam, f"{school}/people/new", data | {"name": "Zonder Mail", "email": ""})
    assert shown.status_code == 200 and "Hand this over on paper, now" in shown.text
    assert re.search(r"/invitation/[\w-]{40,}", shown.text)


def test_no_button_gives_a_way_into_an_account_that_is_in_use(mirjam: Any, database: Database, world: World) -> None:
    person = f"/s/{world.school}/people/{world.fenna.id}"
    page = mirjam.get(person).text
    assert "/invitation" not in page and "/reset" not in page
    assert post(mirjam, f"{person}/invitation").status_code == 403
    reset = post(mirjam, f"{person}/reset")
    assert reset.status_code == 422 and "can ask for a new password alone" in reset.text
    assert count(database, OneTimeLink.person_id == world.fenna.id) == 0
    assert count(database, RecoveryWait.person_id == world.fenna.id) == 0
    assert count(database, SignIn.person_id == world.fenna.id) == 0


def test_who_has_no_address_gets_a_code_that_opens_only_after_three_days(
    mirjam: Any, database: Database, world: World
) -> None:
    with database.write() as session:
        session.get_one(Person, world.fenna.id).email = None
        session.get_one(Person, world.fenna.id).sign_in_name = "fenna.voorbeeld"
    person = f"/s/{world.school}/people/{world.fenna.id}"
    assert f'action="{person}/reset"' in mirjam.get(person).text
    shown = post(mirjam, f"{person}/reset")
    assert shown.status_code == 200 and "after 72 hours" in shown.text
    assert re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", shown.text)
    assert count(database, RecoveryWait.person_id == world.fenna.id, RecoveryWait.ends_at > now()) == 1


def test_a_leadership_is_shown_with_what_it_ends_before_it_is_saved(
    mirjam: Any, database: Database, world: World
) -> None:
    path = f"/s/{world.school}/leaders"
    data = {
        "leader": str(world.hanne.id), "teacher": str(world.fenna.id), "since": today().isoformat(), "last_day": "",
    }  # fmt: skip
    preview = post(mirjam, path, data)
    assert preview.status_code == 200 and "What this ends" in preview.text and "Nothing is saved yet." in preview.text
    assert count(database, Leadership.leader_id == world.hanne.id) == 0
    form = preview.text.split("What this ends")[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    other = post(mirjam, path, hidden | {"teacher": str(world.ruben.id)})  # read about somebody else: shown again
    assert other.status_code == 200 and count(database, Leadership.leader_id == world.hanne.id) == 0
    saved = post(mirjam, path, hidden)
    assert saved.status_code == 303
    assert "Hanne Fictema leads Fenna Voorbeeld" in mirjam.get(path).text
    refused = post(mirjam, path, hidden)
    assert refused.status_code == 422 and "this is their leader already" in refused.text
    with database.read() as session:
        made = session.scalars(select(Leadership)).one()
    wrong = post(mirjam, f"{path}/{made.id}/end", {f"end-{made.id}-last_day": (today() - DAY).isoformat()})
    assert wrong.status_code == 422 and "This end lies before its start." in wrong.text
    ended = post(mirjam, f"{path}/{made.id}/end", {f"end-{made.id}-last_day": today().isoformat()})
    assert ended.status_code == 303
    assert count(database, Leadership.until == today() + DAY) == 1


def test_roles_schools_and_assignments_by_their_forms(mirjam: Any, database: Database, world: World) -> None:
    school, today_ = f"/s/{world.school}", today().isoformat()
    person = f"{school}/people/{world.fenna.id}"
    assert post(mirjam, f"{person}/roles", {"role": "coach", "since": today_}).status_code == 303
    with database.read() as session:
        role = session.scalars(
            select(SchoolRole).where(SchoolRole.person_id == world.fenna.id, SchoolRole.role == "coach")
        ).one()
    ended = post(mirjam, f"{person}/roles/{role.id}/end", {f"end-{role.id}-last_day": today_})
    assert ended.status_code == 303 and count(database, SchoolRole.id == role.id, SchoolRole.until.is_not(None)) == 1
    assert post(mirjam, f"{school}/settings", {"name": "Nieuwe naam", "theme": "base"}).status_code == 303
    made = post(mirjam, f"{school}/schools/new", {"name": "De Tuin", "theme": "base"})
    assert made.status_code == 303 and "De Tuin" in mirjam.get(made.location).text
    assert count(database, School.name == "Nieuwe naam") == 1
    proposal = {"teacher": str(world.fenna.id), "coach": str(world.ruben.id), "since": today_, "focus": "Ruimte"}
    assert post(mirjam, f"{school}/coaches", proposal).status_code == 303
    assert "Ruben Denkbeeld is proposed to Fenna Voorbeeld" in mirjam.get(f"{school}/coaches").text
    with database.read() as session:
        coaching = session.scalars(select(Coaching)).one()
    field = f"end-{coaching.id}-last_day"
    assert post(mirjam, f"{school}/coaches/{coaching.id}/end", {field: "geen dag"}).status_code == 422
    assert post(mirjam, f"{school}/coaches/{coaching.id}/end", {field: today_}).status_code == 303


def test_somebody_elses_person_or_role_is_not_there(mirjam: Any, database: Database, world: World) -> None:
    with database.write() as session:
        stranger = make_person(session, school=make_school(session))
        role = session.scalars(select(SchoolRole.id).where(SchoolRole.person_id == stranger.id)).one()
    school = f"/s/{world.school}"
    assert mirjam.get(f"{school}/people/{stranger.id}").status_code == 404
    for path in ("roles", f"roles/{role}/end", "invitation", "reset"):
        data = {"role": "teacher", "since": today().isoformat(), f"end-{role}-last_day": today().isoformat()}
        assert post(mirjam, f"{school}/people/{stranger.id}/{path}", data).status_code == 404, path
    field = {f"end-{role}-last_day": today().isoformat()}
    assert post(mirjam, f"{school}/people/{world.fenna.id}/roles/{role}/end", field).status_code == 404
