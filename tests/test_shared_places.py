"""What is on in a circle's or a joint portfolio: the switches of its home cohort, for its members and nobody else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio import clock
from portfolio.app import App
from portfolio.clock import today
from portfolio.db import Database
from portfolio.entries.models import Portfolio, PortfolioMember
from portfolio.people import leading
from portfolio.people.closing import close_account
from portfolio.people.models import CircleMember, Cohort, Person, School, SchoolRole, Switch
from portfolio.settings import Settings
from portfolio.testing import (
    LONG_AGO,
    make_circle,
    make_cohort,
    make_leadership,
    make_person,
    make_school,
    make_switch,
    open_scope_for,
    portfolio_of,
    post,
    sign_in,
)
from tests.demo_loading import NAME, demo_app

DAY = dt.timedelta(days=1)


@dataclass
class Circle:
    """Fenna, in whose cohort herons are on, and Yara of another school, where they aren't; Hanne leads Fenna."""

    app: App
    school: School
    cohort: Cohort
    switch: Switch
    fenna: Person
    yara: Person
    hanne: Person
    outsider: Person
    id: uuid.UUID
    portfolio: uuid.UUID
    yaras: uuid.UUID
    """Her own portfolio."""

    @property
    def database(self) -> Database:
        return self.app.database

    @property
    def pond(self) -> str:
        return f"/p/{self.portfolio}/{NAME}/pond"

    def browser(self, who: Person) -> Any:
        return sign_in(self.app.test_client(), who)

    def statuses(self, *people: Person, address: str = "") -> list[int]:
        return [self.browser(who).get(address or self.pond).status_code for who in people]

    def write_heron(self) -> int:
        """Yara, in her own portfolio."""
        typed = {"title": "Een reiger", "happened_on": "2026-05-04", "seen": "0"}
        status: int = post(self.browser(self.yara), f"/p/{self.yaras}/{NAME}/new/heron", typed).status_code
        return status


@pytest.fixture
def circle(database: Database, settings: Settings) -> Circle:
    app = demo_app(database, settings)
    with database.write() as session:
        school = make_school(session)
        fenna, hanne, outsider = (make_person(session, name=name, school=school) for name in ("Fenna", "Hanne", "Bo"))
        yara = make_person(session, name="Yara", school=make_school(session, name="Het Luchtkasteel"))
        cohort = make_cohort(session, school, fenna, outsider)
        switch = make_switch(session, cohort, NAME)
        made = make_circle(session, fenna, yara, home=cohort)
        yaras, theirs = portfolio_of(session, yara).id, portfolio_of(session, circle=made).id
        make_leadership(session, hanne, fenna, school=school)
    return Circle(app, school, cohort, switch, fenna, yara, hanne, outsider, made.id, theirs, yaras)


def test_what_is_on_in_its_home_is_on_for_all_members_and_nobody_else(circle: Circle) -> None:
    assert circle.statuses(circle.fenna, circle.yara, circle.outsider, circle.hanne) == [200, 200, 404, 404]
    assert post(circle.browser(circle.yara), circle.pond, {"title": "Drie reigers"}).status_code == 303
    assert "Drie reigers" in circle.browser(circle.fenna).get(circle.pond).text
    assert post(circle.browser(circle.hanne), circle.pond, {"title": "Een kraai"}).status_code == 404
    page = circle.browser(circle.yara).get(f"/circles/{circle.id}").text
    assert circle.pond in page and "De vijver" in page


def test_who_is_in_it_has_the_plugin_in_their_own_portfolio_too_as_long_as_they_are(circle: Circle) -> None:
    assert circle.write_heron() == 303
    with circle.database.write() as session:
        session.execute(update(CircleMember).where(CircleMember.person_id == circle.yara.id).values(until=today()))
    assert circle.statuses(circle.yara) == [404]
    assert circle.write_heron() == 404, "nothing new once she has left"
    assert "Een reiger" in circle.browser(circle.yara).get(f"/p/{circle.yaras}/{NAME}/").text, "but it stays hers"


def test_what_has_no_pages_in_circles_stays_what_their_own_school_decides(circle: Circle) -> None:
    with circle.database.write() as session:
        make_switch(session, session.get_one(Cohort, circle.cohort.id), "visie_missie")
        fennas = portfolio_of(session, circle.fenna).id
    assert circle.statuses(circle.fenna, address=f"/p/{fennas}/visie_missie/") == [200]
    assert circle.statuses(circle.yara, address=f"/p/{circle.yaras}/visie_missie/") == [404]


def test_off_it_is_404_and_next_years_copy_goes_on_without_a_gap(circle: Circle) -> None:
    with circle.database.write() as session:
        session.execute(update(Switch).values(until=today()))
        after = make_cohort(session, session.get_one(School, circle.school.id))
        make_switch(session, after, NAME, since=today(), after=session.get_one(Switch, circle.switch.id))
    assert circle.statuses(circle.fenna, circle.yara) == [200, 200]
    with circle.database.write() as session:
        session.execute(update(Switch).values(until=today()))
    assert circle.statuses(circle.fenna, circle.yara) == [404, 404]
    assert circle.pond not in circle.browser(circle.yara).get(f"/circles/{circle.id}").text


def test_a_member_has_it_follow_another_cohort_of_their_own(circle: Circle) -> None:
    address = f"/circles/{circle.id}/home"
    assert post(circle.browser(circle.yara), address, {"home": str(circle.cohort.id)}).status_code == 422, "not hers"
    assert post(circle.browser(circle.outsider), address, {"home": str(circle.cohort.id)}).status_code == 404
    assert post(circle.browser(circle.fenna), address, {"home": ""}).status_code == 303
    assert circle.statuses(circle.fenna, circle.yara) == [404, 404]
    assert post(circle.browser(circle.fenna), address, {"home": str(circle.cohort.id)}).status_code == 303
    assert circle.statuses(circle.fenna, circle.yara) == [200, 200]


def test_settings_there_are_those_of_its_home(circle: Circle) -> None:
    with circle.database.write() as session:
        other = make_cohort(session, make_school(session, name="De Tuin"), session.get_one(Person, circle.yara.id))
        make_switch(session, other, NAME).settings = {"how_many": "some", "pond": "Tuinvijver"}
        session.get_one(Switch, circle.switch.id).settings = {"how_many": "all", "pond": "Schoolvijver"}
    assert "all Schoolvijver" in circle.browser(circle.yara).get(circle.pond).text


def test_a_new_circle_gets_the_home_of_who_makes_it(circle: Circle) -> None:
    made = post(circle.browser(circle.fenna), "/circles", {"name": "Nog een kring"})
    with circle.database.read() as session:
        found = session.scalars(
            select(Portfolio.cohort_id).where(Portfolio.circle_id == uuid.UUID(made.location.rpartition("/")[2]))
        ).one()
    assert found == circle.cohort.id


# Joint


def opened(circle: Circle, by: Person) -> str:
    page = circle.browser(by).get("/together").text
    action = page.partition('action="/together/')[2].partition('"')[0]
    answer = post(circle.browser(by), f"/together/{action}")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.mark.parametrize("who", ("fenna", "hanne"))
def test_teacher_or_leader_opens_it_and_both_read_what_lies_there(circle: Circle, who: str) -> None:
    address = opened(circle, getattr(circle, who))
    assert circle.statuses(circle.fenna, circle.hanne, circle.yara, circle.outsider, address=address) == [
        200, 200, 404, 404,
    ]  # fmt: skip
    pond = f"/p/{address.split('/')[2]}/{NAME}/pond"
    assert pond in circle.browser(circle.hanne).get(address).text
    assert post(circle.browser(circle.hanne), pond, {"title": "Gezien in de pauze"}).status_code == 303
    assert "Gezien in de pauze" in circle.browser(circle.fenna).get(address).text
    assert address in circle.browser(circle.hanne).get("/together").text


def test_the_list_of_what_one_has_together_shows_cards_of_what_is_on_there_and_of_nothing_else(circle: Circle) -> None:
    opened(circle, circle.fenna)
    page = circle.browser(circle.hanne).get("/together").text
    assert "Bij de vijver" in page.partition("card__title")[2] and circle.fenna.name in page.partition("card__lines")[2]
    with circle.database.write() as session:
        session.execute(update(Switch).values(until=today()))
    assert "Bij de vijver" not in circle.browser(circle.hanne).get("/together").text


def test_opened_twice_it_is_one(circle: Circle) -> None:
    first = opened(circle, circle.fenna)
    with circle.database.read() as session:
        leadership = session.scalars(select(Portfolio.leadership_id).where(Portfolio.kind == "joint")).one()
    assert post(circle.browser(circle.hanne), f"/together/{leadership}").location == first


def test_when_the_leadership_ends_the_leader_is_out_and_the_teacher_keeps_it(circle: Circle) -> None:
    address = opened(circle, circle.fenna)
    joint = uuid.UUID(address.split("/")[2])
    pond = f"/p/{joint}/{NAME}/pond"
    post(circle.browser(circle.hanne), pond, {"title": "Woorden van Hanne"})
    post(circle.browser(circle.fenna), pond, {"title": "Woorden van Fenna"})
    with circle.database.write() as session:
        mirjam = make_person(session, name="Mirjam")
        session.add(
            SchoolRole(person_id=mirjam.id, school_id=circle.school.id, role="administrator", since=LONG_AGO)
        )
        session.flush()
        leadership = session.get_one(Portfolio, joint).leadership_id
        assert leadership is not None
        leading.end_leadership(open_scope_for(session, mirjam), circle.school.id, leadership, today() - DAY)
        until = session.scalars(select(PortfolioMember.until).where(PortfolioMember.person_id == circle.hanne.id)).one()
    assert until == today()
    assert circle.statuses(circle.fenna, circle.hanne, address=address) == [200, 404]
    page = circle.browser(circle.fenna).get(address).text
    assert "Woorden van Hanne" in page and "Alleen jij ziet deze pagina" in page


def test_when_the_leaders_account_goes_the_teacher_keeps_it(circle: Circle) -> None:
    address = opened(circle, circle.fenna)
    pond = address.replace("together", f"{NAME}/pond")
    post(circle.browser(circle.hanne), pond, {"title": "Woorden van Hanne"})
    post(circle.browser(circle.fenna), pond, {"title": "Woorden van Fenna"})
    with circle.database.write() as session:
        registry, now = circle.app.registry, clock.now()
        close_account(session, registry, circle.hanne.id, now, today(), comments_too=True)
    fenna = circle.browser(circle.fenna)
    page = fenna.get(address)
    assert page.status_code == 200 and "Woorden van Fenna" in page.text and "Woorden van Hanne" not in page.text
    assert address in fenna.get("/together").text and "Hanne" not in fenna.get("/together").text


def test_nothing_is_opened_where_nothing_is_on_or_by_others(circle: Circle) -> None:
    with circle.database.write() as session:
        session.execute(update(Switch).values(until=today()))
        other = make_leadership(session, session.get_one(Person, circle.outsider.id), make_person(session, name="Wim"))
    page = circle.browser(circle.fenna).get("/together").text
    action = page.partition('action="/together/')[2].partition('"')[0]
    refused = post(circle.browser(circle.fenna), f"/together/{action}")
    assert refused.status_code == 422 and "nog niets wat jullie hier samen kunnen doen" in refused.text
    assert post(circle.browser(circle.fenna), f"/together/{other.id}").status_code == 404
    with circle.database.read() as session:
        assert session.scalars(select(Portfolio).where(Portfolio.kind == "joint")).all() == []
