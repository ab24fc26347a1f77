"""Sharing: with whom, until when, what is refused, and that an address tells nobody who has an account."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.bin import bin_entry
from portfolio.entries.models import Attachment, Share
from portfolio.entries.presenting import Who, who_sees
from portfolio.entries.readers import list_readers
from portfolio.entries.reading import find_entry, get_entry, list_own
from portfolio.entries.sharing import LONGEST, end_share, list_targets, share_entry
from portfolio.entries.tests.entries_world import DAY, World, address, browser, later, make_world, words
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.people.models import Person
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_circle, make_coaching, make_entry, make_person, post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _share(
    world: World, entry: uuid.UUID, target: str = "", last_day: dt.date | None = None, mail: str = "", **more: Any
) -> uuid.UUID:
    with world.scope(more.get("by", world.fenna), now=more.get("now")) as scope:
        return share_entry(scope, entry, Goal, target, last_day, mail)


def _refused(world: World, entry: uuid.UUID, *args: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as refused:
        _share(world, entry, *args)
    with world.database.read() as session:
        assert session.scalars(select(Share)).all() == []
    return refused.value.errors


def _reads(world: World, entry: uuid.UUID, person: Person, now: dt.datetime | None = None) -> bool:
    with world.scope(person, now=now) as scope:
        return find_entry(scope, entry) is not None


def _who(world: World, entry: uuid.UUID) -> Who:
    with world.scope(world.fenna) as scope:
        return who_sees(scope, get_entry(scope, entry))


def _names(who: Who) -> list[str]:
    return sorted(line.name for line in who.readers)


def test_what_is_written_is_seen_by_nobody_else(world: World) -> None:
    who = _who(world, world.write())
    assert (who.private, list(who.readers)) == (True, [])


def test_a_share_with_the_coach_a_circle_or_a_person_reaches_exactly_those(world: World) -> None:
    everybody = (world.idris, world.lotte, world.ruben, world.hanne, world.yara, world.daan)
    for target, reached in (
        (f"coaching:{world.coaching.id}", {"Ruben Voorbeeld"}),
        (f"circle:{world.circle.id}", {"Idris Voorbeeld", "Lotte Voorbeeld"}),
        (f"person:{world.idris.id}", {"Idris Voorbeeld"}),
    ):
        entry = world.write()
        _share(world, entry, target)
        assert {person.name for person in everybody if _reads(world, entry, person)} == reached
        assert set(_names(_who(world, entry))) == reached
        assert not _who(world, entry).private


def test_only_people_with_a_relation_can_be_picked(world: World) -> None:
    with world.scope(world.fenna) as scope:
        assert [(target.via, target.name) for target in list_targets(scope)] == [
            ("coaching", "Ruben Voorbeeld"),
            ("circle", "Buitenspiegel"),
            ("person", "Idris Voorbeeld"),
            ("person", "Lotte Voorbeeld"),
        ]
    with world.scope(world.yara) as scope:
        assert list_targets(scope) == []


def test_a_known_and_an_unknown_address_look_the_same_until_the_reader_opened_it(world: World, app: Any) -> None:
    entry = world.write()
    _share(world, entry, mail=" Yara@Example.ORG ")
    _share(world, entry, mail="nobody@example.org")
    fenna = browser(app, world.fenna)
    known, unknown = "yara@example.org", "nobody@example.org"
    who = _who(world, entry)
    assert _names(who) == [unknown, known]
    assert {(line.reason, line.until) for line in who.readers} == {("by name", None)}
    for page in (address(world, entry), f"/p/{world.portfolio}/goals/", "/", address(world, entry, "edit")):
        html = fenna.get(page).text
        assert "Yara" not in html
        assert html.count(known) == html.count(unknown) > 0, page
    assert _reads(world, entry, world.yara)
    assert browser(app, world.yara).get(address(world, entry)).status_code == 200
    assert _names(_who(world, entry)) == ["Yara Voorbeeld", unknown]
    assert "Yara Voorbeeld" in words(fenna.get(f"/p/{world.portfolio}/goals/").text)


def test_an_address_that_gets_an_account_later_reaches_nobody_by_itself(world: World) -> None:
    entry = world.write()
    _share(world, entry, mail="straks@example.org")
    with world.database.write() as session:
        new = make_person(session, name="Straks", email="straks@example.org")
    assert not _reads(world, entry, new)


def test_sharing_again_with_an_address_does_not_tell_that_it_got_an_account_meanwhile(world: World) -> None:
    entry = world.write()
    first = _share(world, entry, mail="straks@example.org")
    with world.database.write() as session:
        new = make_person(session, name="Straks", email="straks@example.org")
    assert _share(world, entry, mail="straks@example.org") == first
    assert _reads(world, entry, new)
    assert _names(_who(world, entry)) == ["straks@example.org"]


@pytest.mark.parametrize("name_first", [True, False])
def test_sharing_by_address_with_who_has_it_by_name_does_not_tell_whose_address_it_is(
    world: World, name_first: bool
) -> None:
    by_name, by_address = (f"person:{world.idris.id}", ""), ("", world.idris.email or "")
    entry = world.write()
    for target, mail in (by_name, by_address) if name_first else (by_address, by_name):
        _share(world, entry, target, None, mail)
    assert _names(_who(world, entry)) == ["Idris Voorbeeld", world.idris.email]


def test_a_share_lasts_up_to_and_including_its_last_day(world: World) -> None:
    entry = world.write()
    today = clock.today()
    _share(world, entry, f"person:{world.idris.id}", today + 2 * DAY)
    assert _reads(world, entry, world.idris, later(2))
    assert not _reads(world, entry, world.idris, later(3))
    assert _who(world, entry).readers[0].until == today + 2 * DAY
    entry = world.write()
    _share(world, entry, f"person:{world.idris.id}", today)
    assert _reads(world, entry, world.idris)
    assert not _reads(world, entry, world.idris, later(1))


def test_sharing_again_only_moves_the_end(world: World) -> None:
    entry = world.write()
    for target, mail in (
        (f"coaching:{world.coaching.id}", ""),
        (f"circle:{world.circle.id}", ""),
        (f"person:{world.idris.id}", ""),
        ("", "yara@example.org"),
        ("", "nobody@example.org"),
    ):
        first = _share(world, entry, target, None, mail)
        until = clock.today() + 5 * DAY
        assert _share(world, entry, target, until, mail) == first
        with world.database.read() as session:
            found = session.get_one(Share, first)
            assert found.last_day == until
    with world.database.read() as session:
        assert len(session.scalars(select(Share)).all()) == 5


def test_the_owner_stops_it_at_any_time_and_more_than_once(world: World) -> None:
    entry, other = world.write(), world.write()
    share = _share(world, entry, f"person:{world.idris.id}")
    elsewhere = _share(world, other, f"person:{world.idris.id}")
    for _time in range(2):
        with world.scope(world.fenna) as scope:
            end_share(scope, entry, share)
        assert not _reads(world, entry, world.idris)
    with world.scope(world.fenna) as scope:
        end_share(scope, entry, elsewhere)  # a share of another entry
    assert _reads(world, other, world.idris)
    with world.scope(world.idris) as scope, pytest.raises(NotAllowed):
        end_share(scope, other, elsewhere)
    with world.scope(world.yara) as scope, pytest.raises(NotVisible):
        end_share(scope, other, elsewhere)
    assert _share(world, entry, f"person:{world.idris.id}") != share
    assert _reads(world, entry, world.idris)


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ("FENNA@example.org", "your own address"),
        ("hanne@example.org", "your own leader"),
        ("daan@example.org", "whose leader you are"),
        ("geen adres", "not an e-mail address"),
        ("a@b c", "not an e-mail address"),
        ("x" * 250 + "@example.org", "not an e-mail address"),
        ("a\x00@example.org", "not an e-mail address"),
    ],
)
def test_an_address_that_can_not_be_is_refused_at_its_field(world: World, mail: str, words: str) -> None:
    errors = _refused(world, world.write(), "", None, mail)
    assert list(errors) == ["address"]
    assert words in str(errors["address"])


def test_a_target_that_is_not_mine_is_refused(world: World) -> None:
    with world.database.write() as session:
        elsewhere = make_circle(session, world.yara, world.daan, name="Elders")
        foreign = make_coaching(session, world.yara, world.idris)
        waiting = make_coaching(session, world.yara, world.fenna, accepted=False)
        ended = make_coaching(session, world.daan, world.fenna, until=clock.today())
        targets = [f"circle:{elsewhere.id}", *(f"coaching:{one.id}" for one in (foreign, waiting, ended))]
    entry = world.write()
    for target in (
        *targets,
        f"person:{world.yara.id}",
        f"person:{world.hanne.id}",
        f"person:{world.fenna.id}",
        f"circle:{world.coaching.id}",
        f"person:{uuid.uuid4()}",
        "x",
        "person:",
        "\x00",
        "person:" + "9" * 5000,
    ):
        assert list(_refused(world, entry, target)) == ["target"]
    assert list(_refused(world, entry, "", None, "  ")) == ["target"]


def test_a_last_day_that_can_not_be_is_refused(world: World) -> None:
    entry, today = world.write(), clock.today()
    for day in (today - DAY, dt.date(1, 1, 1), today + LONGEST + DAY, dt.date.max):
        assert list(_refused(world, entry, f"person:{world.idris.id}", day)) == ["last_day"]
    _share(world, entry, f"person:{world.idris.id}", today + LONGEST)


@pytest.mark.parametrize("pupils", ["yes", "unknown"])
def test_an_entry_with_a_locked_file_is_not_shared(world: World, pupils: str) -> None:
    entry = world.write()
    with world.database.write() as session:
        session.add(
            Attachment(
                id=uuid.uuid4(),
                entry_id=entry,
                filename="bord.jpg",
                media_type="image/jpeg",
                size=1,
                sha256="",
                pupils=pupils,
                added_at=clock.now(),
            )  # fmt: skip
        )
    assert list(_refused(world, entry, f"person:{world.idris.id}")) == [""]


def test_what_never_leaves_its_author_or_lies_in_the_bin_is_not_shared(world: World) -> None:
    class Private(Goal):
        name = "private_goal"
        shareable = False

    entry = world.write()
    with world.scope(world.fenna) as scope, pytest.raises(Refused):
        share_entry(scope, entry, Private, f"person:{world.idris.id}", None)
    with world.scope(world.fenna) as scope:
        bin_entry(scope, entry)
    with pytest.raises(NotVisible):
        _share(world, entry, f"person:{world.idris.id}")


def test_a_circles_text_is_not_shared_by_its_writer_alone(world: World) -> None:
    with world.database.write() as session:
        from portfolio.entries.models import Portfolio

        joint = session.scalars(select(Portfolio).where(Portfolio.circle_id == world.circle.id)).one()
        entry = make_entry(session, world.fenna, portfolio=joint).id
    with pytest.raises(Refused):
        _share(world, entry, f"person:{world.idris.id}")


def test_nobody_but_the_author_shares(world: World) -> None:
    entry = world.write()
    _share(world, entry, f"circle:{world.circle.id}")
    with pytest.raises(NotAllowed):
        _share(world, entry, f"circle:{world.circle.id}", by=world.idris)
    with pytest.raises(NotVisible):
        _share(world, entry, "", None, "idris@example.org", by=world.hanne)


def test_lists_name_the_readers_of_each_entry(world: World) -> None:
    private, coached, circled = world.write(), world.write(), world.write()
    _share(world, coached, f"coaching:{world.coaching.id}")
    _share(world, circled, f"circle:{world.circle.id}")
    _share(world, circled, "", None, "nobody@example.org")
    with world.scope(world.fenna) as scope:
        lines, _more = list_own(scope)
        found = list_readers(scope, lines)
    assert found == {coached: ["Ruben Voorbeeld"], circled: ["Buitenspiegel", "nobody@example.org"]}
    assert private not in found


def test_a_share_that_reaches_nobody_now_can_still_be_stopped_from_the_page(world: World, app: Any) -> None:
    entry = world.write()
    with world.database.write() as session:
        alone = make_circle(session, world.fenna, name="Nog Niemand")
    share = _share(world, entry, f"circle:{alone.id}", clock.today() + 30 * DAY)
    fenna = browser(app, world.fenna)
    html = fenna.get(address(world, entry)).text
    assert f"/shares/{share}/end" in html
    assert post(fenna, address(world, entry, f"shares/{share}/end")).status_code == 303
    assert f"/shares/{share}/end" not in fenna.get(address(world, entry)).text


def test_a_circle_with_somebody_behind_the_wall_can_not_be_picked_nor_can_who_is_in_it(world: World) -> None:
    with world.database.write() as session:
        make_circle(session, world.fenna, world.daan, world.yara, name="Met Daan")
    with world.scope(world.fenna) as scope:
        names = {target.name for target in list_targets(scope)}
    assert names == {"Ruben Voorbeeld", "Buitenspiegel", "Idris Voorbeeld", "Lotte Voorbeeld"}
