"""Circles: everybody comes by accepting and goes when they want; never with their own leader."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portfolio.clock import today
from portfolio.db import Database
from portfolio.entries.models import CIRCLE, Entry, Portfolio, Share
from portfolio.errors import NotVisible, Refused
from portfolio.notices.models import Notice
from portfolio.people import circle_making, circles
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_leadership,
    make_person,
    make_share,
    open_scope_for,
    portfolio_of,
)


def invited(session: Session, circle: Circle, person: Person, by: Person | None = None) -> CircleMember:
    found = CircleMember(circle_id=circle.id, person_id=person.id, since=today(), invited_by=by.id if by else None)
    session.add(found)
    session.flush()
    return found


def members(session: Session, circle: Circle) -> set[str]:
    return set(
        session.scalars(
            select(Person.name)
            .join(CircleMember, CircleMember.person_id == Person.id)
            .where(
                CircleMember.circle_id == circle.id,
                CircleMember.accepted_at.is_not(None),
                CircleMember.running(today()),
            )
        )
    )


def test_who_makes_a_circle_is_in_it_and_it_has_a_portfolio(session: Session) -> None:
    fenna = make_person(session)
    made = circle_making.make_circle(open_scope_for(session, fenna), "Buitenspiegel", "Elkaar bevragen")
    mine, invitations = circles.list_mine(open_scope_for(session, fenna))
    assert [(one.id, one.name, one.purpose, one.members) for one in mine] == [
        (made, "Buitenspiegel", "Elkaar bevragen", ("Fenna Voorbeeld",))
    ]
    assert invitations == []
    assert session.scalar(select(func.count()).where(Portfolio.circle_id == made, Portfolio.kind == CIRCLE)) == 1


def test_a_coach_can_be_picked_and_comes_in_by_accepting(session: Session) -> None:
    fenna, ruben = make_person(session), make_person(session, name="Ruben Denkbeeld")
    make_coaching(session, ruben, fenna)
    circle = make_circle(session, fenna)
    assert circles.list_people(open_scope_for(session, fenna)) == [(ruben.id, "Ruben Denkbeeld")]
    circles.invite(open_scope_for(session, fenna), circle.id, ruben.id)
    assert members(session, circle) == {"Fenna Voorbeeld"}
    _mine, [invitation] = circles.list_mine(open_scope_for(session, ruben))
    assert (invitation.circle, invitation.by, invitation.members) == (
        "Buitenspiegel", "Fenna Voorbeeld", ("Fenna Voorbeeld",),
    )  # fmt: skip
    assert circles.accept(open_scope_for(session, ruben), invitation.id) == circle.id
    assert members(session, circle) == {"Fenna Voorbeeld", "Ruben Denkbeeld"}
    assert circles.list_mine(open_scope_for(session, ruben))[1] == []


def test_any_member_can_invite_and_who_is_no_member_cannot(session: Session) -> None:
    fenna, yara, daan = (make_person(session, name=name) for name in ("Fenna", "Yara", "Daan"))
    circle = make_circle(session, fenna, yara)
    circles.invite(open_scope_for(session, yara), circle.id, None, daan.email or "")
    assert len(circles.list_mine(open_scope_for(session, daan))[1]) == 1
    with pytest.raises(NotVisible):
        circles.invite(open_scope_for(session, daan), circle.id, None, fenna.email or "")


def test_an_address_with_and_without_an_account_get_the_same_answer(session: Session) -> None:
    fenna, yara = make_person(session), make_person(session, name="Yara Doenalsof")
    circle = make_circle(session, fenna)
    scope = open_scope_for(session, fenna)
    assert circles.invite(scope, circle.id, None, (yara.email or "").upper()) is None
    assert circles.invite(scope, circle.id, None, "niemand@example.org") is None
    assert circles.invite(scope, circle.id, None, yara.email or "") is None  # once more: still the same
    assert len(circles.list_mine(open_scope_for(session, yara))[1]) == 1
    page = circles.get_circle(scope, circle.id, circles.list_people(scope))
    assert page.invited == ()  # would tell that the address has an account


def test_an_invitation_is_news_for_who_is_invited_alone(session: Session) -> None:
    fenna, yara = make_person(session), make_person(session, name="Yara Doenalsof")
    circle = make_circle(session, fenna, name="Onderstroom op onze school")
    circles.invite(open_scope_for(session, fenna), circle.id, None, yara.email or "")
    assert session.scalars(select(Notice.person_id)).all() == [yara.id]


@pytest.mark.parametrize(
    ("email", "field", "words"),
    [
        ("", "person", "Choose whom you invite"),
        ("geen adres", "email", "This is not an e-mail address."),
        ("MIJ@example.org", "email", "This is your own address. You are in already."),
    ],
)
def test_an_invitation_that_cannot_be_says_why(session: Session, email: str, field: str, words: str) -> None:
    fenna = make_person(session, email="mij@example.org")
    circle = make_circle(session, fenna)
    with pytest.raises(Refused) as refused:
        circles.invite(open_scope_for(session, fenna), circle.id, None, email)
    assert words in str(refused.value.errors[field])


def test_only_who_is_related_can_be_picked_and_nobody_twice(session: Session) -> None:
    fenna, yara, stranger = (make_person(session, name=name) for name in ("Fenna", "Yara", "Onbekend"))
    circle, other = make_circle(session, fenna), make_circle(session, fenna, yara, name="Trio")
    scope = open_scope_for(session, fenna)
    with pytest.raises(Refused) as refused:
        circles.invite(scope, circle.id, stranger.id)
    assert str(refused.value.errors["person"]) == "Choose one of these."
    circles.invite(scope, circle.id, yara.id)
    with pytest.raises(Refused) as refused:
        circles.invite(scope, circle.id, yara.id)
    assert "already" in str(refused.value.errors["person"])
    assert other.id != circle.id


@pytest.mark.parametrize("leader_is_invited", [True, False])
@pytest.mark.parametrize("starts", [-30, 30])
def test_nobody_is_invited_to_a_circle_with_their_own_leader(
    session: Session, leader_is_invited: bool, starts: int
) -> None:
    fenna, yara, hanne = (make_person(session, name=name) for name in ("Fenna", "Yara", "Hanne"))
    make_leadership(session, hanne, fenna, since=today() + dt.timedelta(days=starts))
    inside, outside = (fenna, hanne) if leader_is_invited else (hanne, fenna)
    circle = make_circle(session, yara, inside)
    with pytest.raises(Refused) as refused:
        circles.invite(open_scope_for(session, yara), circle.id, None, outside.email or "")
    assert refused.value.errors == {"email": str(circles.APART)}
    assert "Hanne" not in str(circles.APART) and "Fenna" not in str(circles.APART)


def test_who_was_only_asked_is_in_nobodys_way_so_that_no_answer_tells_who_they_are(session: Session) -> None:
    fenna, yara, hanne = (make_person(session, name=name) for name in ("Fenna", "Yara", "Hanne"))
    make_leadership(session, hanne, fenna)
    circle = make_circle(session, yara)
    for asked in (fenna, hanne):
        circles.invite(open_scope_for(session, yara), circle.id, None, asked.email or "")
    _mine, [first] = circles.list_mine(open_scope_for(session, fenna))
    _mine, [second] = circles.list_mine(open_scope_for(session, hanne))
    circles.accept(open_scope_for(session, fenna), first.id)
    with pytest.raises(Refused):
        circles.accept(open_scope_for(session, hanne), second.id)
    assert members(session, circle) == {"Fenna", "Yara"}


def test_a_leadership_that_has_ended_is_in_nobodys_way(session: Session) -> None:
    fenna, hanne = make_person(session, name="Fenna"), make_person(session, name="Hanne")
    make_leadership(session, hanne, fenna, until=today())
    circle = make_circle(session, fenna)
    circles.invite(open_scope_for(session, fenna), circle.id, None, hanne.email or "")
    _mine, [invitation] = circles.list_mine(open_scope_for(session, hanne))
    circles.accept(open_scope_for(session, hanne), invitation.id)
    assert members(session, circle) == {"Fenna", "Hanne"}


@pytest.mark.parametrize("leader_accepts", [True, False])
def test_nobody_comes_into_a_circle_with_their_own_leader(session: Session, leader_accepts: bool) -> None:
    fenna, hanne = make_person(session, name="Fenna"), make_person(session, name="Hanne")
    inside, outside = (fenna, hanne) if leader_accepts else (hanne, fenna)
    circle = make_circle(session, inside)
    invitation = invited(session, circle, outside)
    make_leadership(session, hanne, fenna)
    with pytest.raises(Refused) as refused:
        circles.accept(open_scope_for(session, outside), invitation.id)
    assert str(refused.value.errors[""]) == str(circles.APART)
    assert members(session, circle) == {inside.name}


def test_a_leader_does_not_see_an_invitation_to_a_circle_their_teacher_is_in(session: Session) -> None:
    fenna, hanne, yara = (make_person(session, name=name) for name in ("Fenna", "Hanne", "Yara"))
    circle = make_circle(session, yara, fenna)
    invited(session, circle, hanne)
    assert len(circles.list_mine(open_scope_for(session, hanne))[1]) == 1
    make_leadership(session, hanne, fenna)
    assert circles.list_mine(open_scope_for(session, hanne)) == ([], [])


def test_declining_leaves_no_trace_and_somebody_elses_invitation_is_not_there(session: Session) -> None:
    fenna, yara, daan = (make_person(session, name=name) for name in ("Fenna", "Yara", "Daan"))
    circle = make_circle(session, fenna)
    invitation = invited(session, circle, yara).id
    for act in (circles.accept, circles.decline):
        with pytest.raises(NotVisible):
            act(open_scope_for(session, daan), invitation)
    circles.decline(open_scope_for(session, yara), invitation)
    assert session.scalar(select(func.count()).where(CircleMember.id == invitation)) == 0
    with pytest.raises(NotVisible):
        circles.accept(open_scope_for(session, yara), invitation)


def test_an_invitation_is_taken_back_only_by_who_sent_it_and_before_it_is_accepted(session: Session) -> None:
    fenna, yara, daan = (make_person(session, name=name) for name in ("Fenna", "Yara", "Daan"))
    circle = make_circle(session, fenna, yara)
    invitation = invited(session, circle, daan, by=fenna).id
    with pytest.raises(NotVisible):
        circles.withdraw(open_scope_for(session, yara), circle.id, invitation)
    circles.withdraw(open_scope_for(session, fenna), circle.id, invitation)
    assert circles.list_mine(open_scope_for(session, daan))[1] == []
    again = invited(session, circle, daan, by=fenna).id
    circles.accept(open_scope_for(session, daan), again)
    with pytest.raises(NotVisible):  # nobody can remove another
        circles.withdraw(open_scope_for(session, fenna), circle.id, again)
    assert "Daan" in members(session, circle)


def test_who_leaves_takes_along_what_they_shared_and_the_others_stay(session: Session) -> None:
    fenna, yara = make_person(session, name="Fenna"), make_person(session, name="Yara")
    circle = make_circle(session, fenna, yara)
    mine, theirs = make_entry(session, fenna, title="Van mij"), make_entry(session, yara, title="Van Yara")
    for entry in (mine, theirs):
        make_share(session, entry, circle=circle)
    circles.leave(open_scope_for(session, fenna), circle.id)
    untils = {row[0]: row[1] for row in session.execute(select(Share.entry_id, Share.until))}
    assert untils == {mine.id: today(), theirs.id: None}
    assert members(session, circle) == {"Yara"}
    assert circles.list_mine(open_scope_for(session, fenna))[0] == []
    with pytest.raises(NotVisible):
        circles.leave(open_scope_for(session, fenna), circle.id)


def test_a_circle_nobody_is_in_any_more_is_deleted_with_its_invitations(session: Session) -> None:
    fenna, yara = make_person(session, name="Fenna"), make_person(session, name="Yara")
    circle = make_circle(session, fenna)
    invited(session, circle, yara)
    circles.leave(open_scope_for(session, fenna), circle.id)
    assert session.scalar(select(func.count()).select_from(Circle)) == 0
    assert session.scalar(select(func.count()).select_from(CircleMember)) == 0
    assert circles.list_mine(open_scope_for(session, yara)) == ([], [])


def test_an_empty_circle_stays_while_its_own_portfolio_holds_texts(session: Session) -> None:
    fenna = make_person(session)
    circle = make_circle(session, fenna)
    own = session.scalars(select(Portfolio).where(Portfolio.circle_id == circle.id)).one()
    entry = make_entry(session, fenna, portfolio=own)
    circles.leave(open_scope_for(session, fenna), circle.id)
    assert session.scalar(select(func.count()).where(Entry.id == entry.id)) == 1


def test_a_circle_shows_what_members_share_with_it_and_nothing_else(session: Session) -> None:
    fenna, yara, daan = (make_person(session, name=name) for name in ("Fenna", "Yara", "Daan"))
    circle, other = make_circle(session, fenna, yara), make_circle(session, fenna, yara, daan, name="Ander")
    make_share(session, make_entry(session, fenna, title="van Fenna"), circle=circle)
    make_share(session, make_entry(session, yara, title="van Yara"), circle=circle)
    make_share(session, make_entry(session, yara, title="in een andere kring"), circle=other)
    make_share(session, make_entry(session, yara, title="voorbij"), circle=circle, until=today())
    make_share(session, make_entry(session, yara, title="weggegooid", deleted=True), circle=circle)
    make_share(session, make_entry(session, daan, title="geen lid"), circle=circle)
    make_entry(session, yara, title="niet gedeeld")
    lines, more = circles.list_shared_here(open_scope_for(session, fenna), circle.id)
    assert {line.title for line in lines} == {"van Fenna", "van Yara"} and not more
    with pytest.raises(NotVisible):
        circles.list_shared_here(open_scope_for(session, daan), circle.id)
    assert portfolio_of(session, daan).id not in {line.portfolio_id for line in lines}


@pytest.mark.parametrize("round_", range(5))
def test_a_leader_and_a_teacher_who_accept_at_the_same_moment_do_not_both_come_in(
    database: Database, round_: int
) -> None:
    with database.write() as session:
        fenna, hanne = make_person(session, name="Fenna"), make_person(session, name="Hanne")
        circle = make_circle(session, make_person(session, name="Yara"))
        invitations = {one.id: invited(session, circle, one).id for one in (fenna, hanne)}
        make_leadership(session, hanne, fenna)
    outcomes: list[Any] = []
    start = threading.Barrier(2)

    def come_in(person: Person) -> None:
        start.wait()
        try:
            with database.write() as session:
                circles.accept(open_scope_for(session, person), invitations[person.id])
            outcomes.append("in")
        except Refused as refused:
            outcomes.append(str(refused.errors[""]))

    threads = [threading.Thread(target=come_in, args=(person,)) for person in (fenna, hanne)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == sorted(["in", str(circles.APART)])
    with database.read() as session:
        assert len(members(session, circle)) == 2
