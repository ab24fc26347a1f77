"""A share of a plugin's entry sleeps after the plugin was off for a while, until its owner confirms it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.models import Attachment, Entry, Share
from portfolio.entries.sharing import confirm_share, share_entry
from portfolio.entries.upkeep import put_shares_to_sleep
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.jobs.service import JobContext
from portfolio.people import switching
from portfolio.people.models import CohortMember, Switch
from portfolio.settings import Settings
from portfolio.testing import (
    make_cohort,
    make_entry,
    make_school,
    make_switch,
    open_scope_for,
    post,
)
from tests.demo_loading import NAME
from tests.heron_place import DAY, TITLE, Place, make_place

SLEEPS = "Tot jij dat bij ‘Wie ziet dit?’ zegt, is het niet gedeeld met Ruben Voorbeeld"
TODAY = clock.today()


@pytest.fixture
def place(database: Database, settings: Settings) -> Place:
    return make_place(database, settings)


def end_and_begin(place: Place, ended: dt.date, begun: dt.date = TODAY) -> None:
    """The switch ended on a day; the school has it on again from another."""
    with place.database.write() as session:
        before = session.scalars(select(Switch)).one()
        before.until = ended
        session.flush()
        switching.switch_on(session, before.cohort_id, NAME, begun)


def read_by_ruben(place: Place) -> bool:
    """Whether Ruben reads it: on its page, and in the list of what is shared with him; both or neither."""
    ruben = place.browser(place.ruben)
    found = ruben.get(place.at()).status_code == 200
    assert (TITLE in ruben.get("/shared").text) is found
    assert (TITLE in ruben.get(f"/desk/{place.fenna.id}").text) is found
    return found


def test_after_a_gap_nobody_reads_it_until_its_owner_says_so(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    assert not read_by_ruben(place)
    fenna = place.browser()
    page = fenna.get(place.at()).text
    assert SLEEPS in page and "Alleen jij ziet dit" in page
    assert f"shares/{place.share}/confirm" in page and f"shares/{place.share}/end" in page
    assert fenna.get(place.at("edit")).status_code == 200, "the plugin is on"
    assert post(fenna, place.at(f"shares/{place.share}/confirm")).status_code == 303
    assert read_by_ruben(place)
    page = fenna.get(place.at()).text
    assert SLEEPS not in page and "/confirm" not in page and "Ruben Voorbeeld zien dit" in page


def test_without_a_gap_the_share_goes_on(place: Place) -> None:
    end_and_begin(place, TODAY)
    assert read_by_ruben(place)
    assert SLEEPS not in place.browser().get(place.at()).text


def test_next_years_copy_goes_on_with_it(place: Place) -> None:
    with place.database.write() as session:
        before = session.scalars(select(Switch)).one()
        before.until = TODAY
        next_year = make_cohort(session, make_school(session))
        session.execute(update(CohortMember).values(until=TODAY))
        school = next_year.school_id
        session.add(CohortMember(cohort_id=next_year.id, school_id=school, person_id=place.fenna.id, since=TODAY))
        session.flush()
        switching.copy_switches(session, before.cohort_id, next_year.id, TODAY, None, TODAY - DAY)
    assert read_by_ruben(place)


def test_a_new_cohort_that_copies_nothing_doesnt(place: Place) -> None:
    with place.database.write() as session:
        session.execute(update(Switch).values(until=TODAY))
        fenna = session.merge(place.fenna.person)
        cohort = make_cohort(session, make_school(session), fenna, since=TODAY)
        switching.switch_on(session, cohort.id, NAME, TODAY)
    assert not read_by_ruben(place)
    assert SLEEPS in place.browser().get(place.at()).text


def test_while_it_sleeps_sharing_is_stopped_too(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    fenna = place.browser()
    assert post(fenna, place.at(f"shares/{place.share}/end")).status_code == 303
    assert SLEEPS not in fenna.get(place.at()).text
    assert post(fenna, place.at(f"shares/{place.share}/confirm")).status_code == 404, "it has ended"
    assert not read_by_ruben(place)


def test_sharing_with_the_same_reader_again_wakes_it(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    assert post(place.browser(), place.at("shares"), {"target": f"coaching:{place.coaching.id}"}).status_code == 303
    assert read_by_ruben(place)
    with place.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Share)) == 1


def test_only_its_owner_confirms(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    ruben = place.browser(place.ruben)
    assert post(ruben, place.at(f"shares/{place.share}/confirm")).status_code == 404
    assert not read_by_ruben(place)


def test_a_file_that_may_show_pupils_keeps_it_asleep(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    with place.database.write() as session:
        session.add(
            Attachment(
                entry_id=place.entry, filename="a.txt", media_type="text/plain", size=1, sha256="0" * 64,
                pupils="unknown", added_at=clock.now(),
            )  # fmt: skip
        )
    answer = post(place.browser(), place.at(f"shares/{place.share}/confirm"))
    assert answer.status_code == 422 and "leerlingen" in answer.text
    assert not read_by_ruben(place)


def test_off_again_a_confirmed_share_sleeps_again(place: Place) -> None:
    end_and_begin(place, TODAY - DAY)
    post(place.browser(), place.at(f"shares/{place.share}/confirm"))
    place.switch_off()
    assert not read_by_ruben(place)
    assert post(place.browser(), place.at(f"shares/{place.share}/confirm")).status_code == 403


def test_in_a_section_no_share_names_a_switch(place: Place) -> None:
    goal = place.app.registry.kinds["goal"]
    with place.database.write() as session:
        entry = make_entry(session, session.merge(place.fenna.person))
        scope = open_scope_for(session, place.fenna.person)
        share = share_entry(scope, entry.id, goal, f"coaching:{place.coaching.id}", None)
        assert session.get_one(Share, share).chain is None


# In two cohorts


def test_in_two_cohorts_a_share_names_what_runs_longest(place: Place) -> None:
    heron = place.app.registry.kinds["heron"]
    with place.database.write() as session:
        fenna = session.merge(place.fenna.person)
        session.execute(update(Switch).values(until=TODAY + 10 * DAY))
        longer = make_switch(session, make_cohort(session, make_school(session), fenna), NAME)
        second = make_switch(session, make_cohort(session, make_school(session), fenna), NAME, until=TODAY + 90 * DAY)
        entry = make_entry(session, fenna, plugin=NAME, kind="heron")
        scope = open_scope_for(session, fenna)
        share = share_entry(scope, entry.id, heron, f"coaching:{place.coaching.id}", None)
        assert session.get_one(Share, share).chain == longer.chain
        longer.until = TODAY
        session.flush()
        confirm_share(open_scope_for(session, fenna), entry.id, share, heron)
        assert session.get_one(Share, share, populate_existing=True).chain == second.chain


def test_confirming_is_refused_for_what_isnt_there_or_is_anothers(place: Place) -> None:
    heron = place.app.registry.kinds["heron"]
    with place.database.write() as session:
        scope = open_scope_for(session, place.fenna.person)
        with pytest.raises(NotVisible):
            confirm_share(scope, place.entry, uuid.uuid4(), heron)
        with pytest.raises(NotAllowed):
            confirm_share(open_scope_for(session, place.ruben, installed=[NAME]), place.entry, place.share, heron)
        session.execute(update(Entry).values(deleted_at=clock.now()))
        with pytest.raises(NotVisible):
            confirm_share(scope, place.entry, place.share, heron)


# Chains


@pytest.fixture
def cohorts(database: Database) -> tuple[Database, uuid.UUID, uuid.UUID]:
    """Two cohorts of a school."""
    with database.write() as session:
        school = make_school(session)
        return database, make_cohort(session, school).id, make_cohort(session, school).id


def chains(database: Database) -> list[uuid.UUID]:
    with database.read() as session:
        return list(session.scalars(select(Switch.chain).order_by(Switch.since)))


def test_a_switch_goes_on_with_the_one_before_it_only_without_a_gap(cohorts) -> None:
    database, here, there = cohorts
    with database.write() as session:
        switching.switch_on(session, here, "x", TODAY - 100 * DAY, TODAY - 50 * DAY)
        switching.switch_on(session, here, "x", TODAY - 50 * DAY, TODAY - 10 * DAY)
        switching.switch_on(session, here, "x", TODAY - 9 * DAY, TODAY)
        switching.copy_switches(session, here, there, TODAY, TODAY + 10 * DAY, TODAY - DAY)
        switching.switch_on(session, there, "x", TODAY + 11 * DAY)
    first, second, third, copy, late = chains(database)
    assert first == second != third == copy != late
    assert late != first


def test_another_plugin_or_cohort_is_another_chain(cohorts) -> None:
    database, here, there = cohorts
    with database.write() as session:
        switching.switch_on(session, here, "x", TODAY)
        switching.switch_on(session, here, "y", TODAY + DAY)
        switching.switch_on(session, there, "x", TODAY + 2 * DAY)
    assert len(set(chains(database))) == 3


def test_ending_a_switch_early_breaks_the_chain_after_it(cohorts) -> None:
    database, here, there = cohorts
    with database.write() as session:
        first = switching.switch_on(session, here, "x", TODAY - DAY, TODAY + 100 * DAY)
        switching.copy_switches(session, here, there, TODAY + 100 * DAY, TODAY + 200 * DAY, TODAY)
        switching.switch_on(session, there, "x", TODAY + 200 * DAY, None)
        assert len({switch.chain for switch in session.scalars(select(Switch))}) == 1
        switching.end_switch(session, first.id, TODAY + 50 * DAY, TODAY)
    one, two, three = chains(database)
    assert one != two == three


def test_what_wouldnt_have_begun_was_never_there(cohorts) -> None:
    database, here, _there = cohorts
    with database.write() as session:
        first = switching.switch_on(session, here, "x", TODAY + 10 * DAY)
        switching.end_switch(session, first.id, TODAY, TODAY)
    assert chains(database) == []


def test_what_cant_be_is_refused(cohorts) -> None:
    database, here, _there = cohorts
    with database.write() as session:
        on = switching.switch_on(session, here, "x", TODAY - DAY, TODAY + DAY)
        for since, until in ((TODAY, None), (TODAY - 9 * DAY, TODAY), (TODAY, TODAY + DAY)):
            with pytest.raises(Refused):
                switching.switch_on(session, here, "x", since, until)
        with pytest.raises(Refused):
            switching.switch_on(session, here, "y", TODAY, TODAY)
        with pytest.raises(Refused):
            switching.end_switch(session, on.id, TODAY - DAY, TODAY)
        switching.end_switch(session, on.id, TODAY, TODAY)
        for one in (on.id, uuid.uuid4()):
            with pytest.raises(NotVisible):
                switching.end_switch(session, one, TODAY, TODAY)
        assert session.scalar(select(func.count()).select_from(Switch)) == 1


def test_what_was_off_for_its_owner_sleeps_though_the_school_had_it_on(place: Place) -> None:
    """Fenna was in a cohort without it for a while; the first one went on, and she is in it again."""
    look_after(place)
    assert read_by_ruben(place), "it is on"
    with place.database.write() as session:
        stay = session.scalars(select(CohortMember)).one()
        same = {"cohort_id": stay.cohort_id, "school_id": stay.school_id, "person_id": stay.person_id}
        again = CohortMember(**same, since=TODAY)
        stay.until = TODAY - 30 * DAY
        without = make_cohort(session, make_school(session), session.merge(place.fenna.person), since=TODAY - 30 * DAY)
        session.flush()
    assert not read_by_ruben(place)
    look_after(place)
    with place.database.write() as session:
        session.execute(update(CohortMember).where(CohortMember.cohort_id == without.id).values(until=TODAY))
        session.add(again)
    assert place.browser().get(place.at("edit")).status_code == 200, "it is on again"
    assert not read_by_ruben(place)
    assert post(place.browser(), place.at(f"shares/{place.share}/confirm")).status_code == 303
    look_after(place)
    assert read_by_ruben(place)


def look_after(place: Place) -> None:
    """What happens every few hours."""
    with place.database.write() as session:
        context = JobContext(place.database, place.settings, uuid.uuid4(), None, clock.now(), 1, last_attempt=True)
        put_shares_to_sleep(session, {}, context)
