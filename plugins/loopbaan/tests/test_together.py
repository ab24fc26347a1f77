"""Between Fenna and Hanne, who leads her: agreed roles and recognition, which the two of them read and nobody else."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.entries.models import Entry, Portfolio, PortfolioMember, Reading
from portfolio.people.models import Cohort, Leadership, Person, Switch
from portfolio.testing import make_circle, make_person, portfolio_of, post
from portfolio.testing_contract import PAGE, WRITE
from portfolio.testing_counting import statements

WORDS = (
    "Fenna, ik zie dat nieuwe collega's sneller durven vragen sinds jij hen begeleidt. Je doet dat zonder het van hen"
    " over te nemen. Vanaf augustus staat het gewoon in je taak."
)
ANY = {"happened_on": "2026-05-04", "seen": "0"}
RECOGNITION = {**ANY, "title": "Vraagbaak voor starters", "words": WORDS}
AGREED = {**ANY, "title": "Werkplekbegeleider", "days": "1", "mandate": "Zij plant zelf.", "from_on": "2026-08-01"}


@pytest.fixture
def hanne(people):
    return people.browser(people.hanne)


@pytest.fixture
def joint(people, hanne):
    """Where the two write: opened by Hanne."""
    with people.database.read() as session:
        leadership = session.scalars(select(Leadership.id).where(Leadership.teacher_id == people.fenna.id)).one()
    opened = post(hanne, f"/together/{leadership}")
    assert opened.status_code == 303
    return f"/p/{opened.location.split('/')[2]}/loopbaan/"


def entry_in(people, kind):
    with people.database.read() as session:
        return session.scalars(select(Entry.id).where(Entry.kind == kind)).one()


def test_she_is_recognised_reads_it_and_decides_alone_who_else_does(people, fenna, hanne, joint):
    form = hanne.get(f"{joint}together/recognise").text
    assert "Alleen Fenna Voorbeeld bepaalt of iemand anders deze woorden leest." in form
    assert post(hanne, f"{joint}together/recognise", RECOGNITION).status_code == 303
    for browser, hers in ((hanne, True), (fenna, False)):
        assert ("Erkenning die je schreef" in browser.get("/together").text) is hers
    words = entry_in(people, "recognition")
    assert "Samen met Hanne Fictema" in fenna.get(people.home).text
    assert "Vraagbaak voor starters" not in hanne.get(people.home_of(people.hanne)).text, (
        "hers shows what she was given"
    )
    page = fenna.get(f"{joint}together").text
    assert "sneller durven vragen" in page and "Hanne Fictema" in page
    take = f"{people.home}words/{words}"
    assert f'href="{take}"' in page and f'href="{take}"' in fenna.get(f"{joint}{words}/").text
    assert "sneller durven vragen" in fenna.get(take).text
    forged = {
        **ANY,
        "title": "Vanaf augustus",
        "mine": "Ik las het drie keer.",
        "words": "Iets anders",
        "by": "De minister",
    }
    kept = post(fenna, take, forged)
    assert kept.status_code == 303
    own = fenna.get(kept.location).text
    assert "sneller durven vragen" in own and "Hanne Fictema" in own and "Ik las het drie keer." in own
    assert "Iets anders" not in own and "De minister" not in own
    circle, coach = people.browser(people.lotte), people.browser(people.ruben)
    assert [one.get(kept.location).status_code for one in (circle, coach, hanne)] == [404, 404, 404]
    assert (
        post(fenna, f"{kept.location}shares", {"target": f"circle:{people.circle}", "last_day": ""}).status_code == 303
    )
    assert [one.get(kept.location).status_code for one in (circle, coach, hanne)] == [200, 404, 404]
    for one in (circle, coach):
        assert one.get(f"{joint}{words}/").status_code == 404 and one.get(f"{joint}together").status_code == 404


def test_who_wrote_it_cant_share_it_and_no_page_offers_that(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    post(fenna, f"{joint}together/agree", AGREED)
    for kind, author in (("recognition", hanne), ("agreed_role", fenna)):
        address = f"{joint}{entry_in(people, kind)}/"
        assert 'name="target"' not in author.get(address).text
        for target in ({"target": "address", "address": people.lotte.email}, {"target": f"circle:{people.circle}"}):
            assert post(author, f"{address}shares", target | {"last_day": ""}).status_code == 422
    assert people.browser(people.lotte).get("/shared").status_code == 200


def test_an_agreed_role_is_read_by_both_and_asks_nothing_private(people, fenna, hanne, joint):
    for writer, reader, title in ((fenna, hanne, "Werkplekbegeleider"), (hanne, fenna, "Schoolopleider")):
        form = writer.get(f"{joint}together/agree").text
        assert "energie" not in form.lower() and not re.search(r"salaris|schaal", form.lower())
        assert post(writer, f"{joint}together/agree", {**AGREED, "title": title}).status_code == 303
        page = reader.get(f"{joint}together").text
        assert title in page and "Zij plant zelf." in page
    assert "Schoolopleider" in fenna.get(people.home).text


def test_each_gets_what_their_row_says(people, fenna, hanne, joint):
    """A visitor; Fenna; Hanne; her coach; her circle; another teacher Hanne leads; the administrator; a stranger."""
    with people.database.write() as session:
        stranger = make_person(session, name="Yara Doenalsof")
    persons = (people.ruben, people.lotte, people.idris, people.mirjam, stranger)
    browsers = [people.app.test_client(), fenna, hanne, *(people.browser(one) for one in persons)]
    rows = {
        ("GET", "together"): "302 200 200 404 404 404 404 404",
        ("GET", "together/recognise"): "302 403 200 404 404 404 404 404",
        ("POST", "together/recognise"): "401 403 303 404 404 404 404 404",
        ("GET", "together/agree"): "302 200 200 404 404 404 404 404",
        ("POST", "together/agree"): "401 303 303 404 404 404 404 404",
    }
    got = {}
    for method, page in rows:
        form = AGREED if page.endswith("agree") else RECOGNITION
        answers = [one.get(joint + page) if method == "GET" else post(one, joint + page, form) for one in browsers]
        got[method, page] = " ".join(str(one.status_code) for one in answers)
    assert got == rows
    words = entry_in(people, "recognition")
    taking = {}
    for browser, person in zip(browsers[1:], (people.fenna, people.hanne, *persons), strict=True):
        address = f"{people.home_of(person)}words/{words}"
        taking[person.name] = (
            browser.get(address).status_code,
            post(browser, address, {**ANY, "title": "X"}).status_code,
        )
    assert {name: codes for name, codes in taking.items() if codes != (404, 404)} == {"Fenna Voorbeeld": (200, 303)}


def test_neither_lies_in_a_circle_nor_in_ones_own_portfolio(people, fenna, joint):
    with people.database.write() as session:
        cohort = session.scalars(select(Portfolio.cohort_id).where(Portfolio.cohort_id.is_not(None))).first()
        home = session.get_one(Cohort, cohort)
        circle = make_circle(session, session.get_one(Person, people.fenna.id), home=home, name="Elders")
        place = portfolio_of(session, circle=circle).id
    for page in ("together", "together/recognise", "together/agree"):
        assert fenna.get(f"/p/{place}/loopbaan/{page}").status_code == 404
        assert fenna.get(people.home + page).status_code == 404


def test_when_she_leads_her_no_longer_the_teacher_keeps_it_and_nobody_adds_to_it(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    words = entry_in(people, "recognition")
    with people.database.write() as session:
        session.execute(update(Leadership).values(until=today()))
        session.execute(
            update(PortfolioMember).where(PortfolioMember.person_id == people.hanne.id).values(until=today())
        )
    assert hanne.get(f"{joint}together").status_code == 404
    page = fenna.get(f"{joint}together").text
    assert "sneller durven vragen" in page and "together/agree" not in page
    assert post(fenna, f"{joint}together/agree", AGREED).status_code == 403
    assert post(fenna, f"{people.home}words/{words}", {**ANY, "title": "Bewaard"}).status_code == 303


def test_off_there_is_nothing_of_it_for_either(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    words = entry_in(people, "recognition")
    with people.database.write() as session:
        session.execute(update(Switch).values(until=today() - dt.timedelta(days=1)))
    for browser in (fenna, hanne):
        assert browser.get(f"{joint}together").status_code == 404
        assert post(browser, f"{joint}together/recognise", RECOGNITION).status_code == 404
    assert fenna.get(f"{people.home}words/{words}").status_code == 404
    assert fenna.get(f"{joint}{words}/").status_code == 404, "what she didn't write"


def test_what_is_read_there_stands_in_the_access_log_of_who_wrote_it(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    words = entry_in(people, "recognition")
    for _turn in range(2):
        fenna.get(f"{joint}together")
        hanne.get(f"{joint}together")
    with people.database.read() as session:
        assert session.scalars(select(Reading.reader_id).where(Reading.entry_id == words)).all() == [people.fenna.id]


def test_bad_words_come_back_and_what_is_sent_twice_is_there_once(people, fenna, hanne, joint):
    page = f"{joint}together/recognise"
    for wrong in ({"title": ""}, {"words": ""}, {"happened_on": "2999-01-01"}, {"words": "x" * 20_001}):
        answer = post(hanne, page, RECOGNITION | wrong)
        assert answer.status_code == 422 and "Nog niet bewaard" in answer.text, wrong
    once = re.search(r'name="once" value="([^"]+)"', hanne.get(page).text).group(1)
    assert [post(hanne, page, RECOGNITION | {"once": once}).status_code for _turn in range(2)] == [303, 303]
    words = entry_in(people, "recognition")
    take = f"{people.home}words/{words}"
    assert post(fenna, take, {**ANY, "title": ""}).status_code == 422
    once = re.search(r'name="once" value="([^"]+)"', fenna.get(take).text).group(1)
    first, second = (post(fenna, take, {**ANY, "title": "Mijn", "once": once}) for _turn in range(2))
    assert first.location == second.location
    assert fenna.get(f"{people.home}words/{uuid.uuid4()}").status_code == 404


def test_every_page_of_the_two_is_within_the_budget(people, fenna, hanne, joint):
    for number in range(12):
        post(hanne, f"{joint}together/recognise", RECOGNITION | {"title": f"Bijdrage {number}"})
        post(fenna, f"{joint}together/agree", AGREED | {"title": f"Rol {number}"})
    people.write("role_held", "Rol", formality="formal")
    with people.database.read() as session:
        words = session.scalars(select(Entry.id).where(Entry.kind == "recognition")).first()
    take = f"{people.home}words/{words}"
    for browser, pages in (
        (
            fenna,
            [
                f"{joint}together",
                f"{joint}together/agree",
                f"{joint}{words}/",
                people.home,
                f"{people.home}words/{words}",
            ],
        ),
        (hanne, [f"{joint}together", f"{joint}together/recognise", f"{joint}{words}/edit"]),
    ):
        for page in pages:
            with statements(people.database) as found:
                assert browser.get(page).status_code == 200
            assert len(found) <= PAGE, (page, len(found), "\n".join(found))
    for browser, page, form in (
        (hanne, f"{joint}together/recognise", RECOGNITION), (fenna, take, {**ANY, "title": "Mijn"}),
    ):  # fmt: skip
        with statements(people.database) as found:
            assert post(browser, page, form).status_code == 303
        assert len(found) <= WRITE, (page, "\n".join(found))
