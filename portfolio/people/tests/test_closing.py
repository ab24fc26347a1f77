"""Closing an account leaves no word of it: in no table, file, job, mail, nor in the raw database file."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import LargeBinary, inspect, select, text, update

from portfolio import models  # noqa: F401 - every table
from portfolio.clock import now
from portfolio.db import Base
from portfolio.entries.attaching import put_bytes
from portfolio.entries.models import (
    Attachment,
    Comment,
    Entry,
    LooseFile,
    Portfolio,
    Rendered,
    Revision,
    Snapshot,
    SnapshotFile,
    StateChange,
)
from portfolio.entries.snapshots import Words, keep_record, settle_snapshots
from portfolio.entries.tests.handing_world import HOLDER, make_two
from portfolio.hookspecs import hookimpl
from portfolio.jobs.service import add_job
from portfolio.notices.service import list_mails, queue_mail
from portfolio.people import inviting, links
from portfolio.people.closing import close_account
from portfolio.people.mails import mail_invitation, mail_reset
from portfolio.people.models import Circle, CircleMember, OneTimeLink, Person
from portfolio.people.security import note_event
from portfolio.people.tests.accounts_world import do_jobs, is_signed_in, log_in, make_world
from portfolio.scope import Viewer
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import (
    PASSWORD,
    make_circle,
    make_coaching,
    make_entry,
    make_joint,
    make_person,
    make_share,
    open_scope_for,
    portfolio_of,
    post,
    sign_in,
    tables_of,
)

CANARY = "kanarie-zwaluw"
CLOSE = {"current_password": PASSWORD, "word": "erase"}


def _everything(session: Any, app: Any, person: Person, others: Any) -> None:
    """Every kind of text a person can leave, each with the canary in it."""
    person.name, person.email = f"Kees {CANARY}", f"{CANARY}@example.org"
    coach, friend = others
    coaching = make_coaching(session, coach, person)
    coaching.focus = f"focus {CANARY}"
    entry = make_entry(session, person, title=f"titel {CANARY}", content={"why": f"waarom {CANARY}"})
    binned = make_entry(session, person, title=f"weg {CANARY}", deleted=True)
    revision = session.scalars(select(Revision).where(Revision.entry_id == entry.id)).one()
    session.add(
        Revision(
            entry_id=entry.id, number=2, author_id=person.id, title=f"later {CANARY}", happened_on=dt.date(2026, 1, 1),
            content={"why": f"{CANARY} " * 3000}, sha256="0" * 64, created_at=now(),
        )  # fmt: skip
    )
    session.add(Rendered(revision_id=revision.id, renderer=1, html={"why": f"<p>{CANARY}</p>"}))
    session.add(
        StateChange(
            entry_id=entry.id, author_id=person.id, before="idea", after="resting", reason=f"want {CANARY}",
            happened_on=dt.date(2026, 1, 1), at=now(),
        )  # fmt: skip
    )
    share = make_share(session, entry, coaching=coaching)
    assert share.id
    asked = Comment(entry_id=entry.id, author_id=coach.id, body=f"vraag over {CANARY}", quote=CANARY, written_at=now())
    session.add(asked)
    session.flush()
    session.add(Comment(entry_id=entry.id, author_id=person.id, reply_to=asked.id, body=CANARY, written_at=now()))
    for number, owner in enumerate((entry, binned)):
        file = Attachment(
            entry_id=owner.id, filename=f"{CANARY}{number}.txt", media_type="text/plain", size=1, sha256="0",
            alt=f"alt {CANARY}", added_at=now(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        app.store.put(file.id.hex, f"inhoud {CANARY}".encode())
    alone = make_circle(session, person, name=f"kring {CANARY}")
    alone.purpose = CANARY
    circle = make_circle(session, person, friend, name="Wij twee")
    session.add(CircleMember(circle_id=alone.id, person_id=coach.id, since=dt.date(2026, 1, 1), invited_by=person.id))
    within = session.scalars(select(Portfolio).where(Portfolio.circle_id == circle.id)).one()
    make_entry(session, person, title=f"in de kring {CANARY}", portfolio=within)
    make_entry(session, friend, title="van een ander", portfolio=within)
    make_entry(session, person, title=f"samen {CANARY}", portfolio=make_joint(session, person))
    handed = Snapshot(
        portfolio_id=make_joint(session, person, coach).id, about=uuid.uuid4(), plugin="goals", author_id=person.id,
        kind="goal", kind_version=1, content={"why": CANARY}, renderer=1, html={"why": CANARY}, note=CANARY, sha256="0",
        taken_at=now(), opened_at=now(), settled_at=now(), entry_id=entry.id,
    )  # fmt: skip
    session.add(handed)
    session.flush()
    copy = SnapshotFile(
        snapshot_id=handed.id, attachment_id=file.id, copied=True, filename=f"{CANARY}.txt", media_type="text/plain",
        size=1, sha256="0",
    )  # fmt: skip
    session.add(copy)
    session.flush()
    app.store.put(copy.id.hex, f"overhandigd {CANARY}".encode())
    queue_mail(session, to=f"{CANARY}@example.org", subject=f"voor {CANARY}", body=CANARY, person_id=person.id)
    queue_mail(
        session, to=coach.email, subject="Iets gedeeld", body=f"Kees {CANARY} deelt iets.", person_id=coach.id,
        about_id=person.id,
    )  # fmt: skip
    add_job(session, "send-reset", {"person": "", "text": CANARY}, person_id=person.id, run_at=now() + dt.timedelta(9))
    note_event(session, person.id, "signed-in", now(), f"browser {CANARY}")


def _found(database: Any, folder: Path, word: str) -> list[str]:
    """Where a word is: every text column of every table, and the raw bytes of every file."""
    places = []
    with database.read() as session:
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                if word in repr(tuple(row)):
                    places.append(table)
    for path in folder.rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes():
            places.append(path.name)
    return sorted(set(places))


def _make_kees(app: Any, database: Any) -> Any:
    world = make_world(database)
    with database.write() as session:
        kees = session.merge(world.fenna)
        coach = make_person(session, name="Ruben", email="ruben@example.org")
        friend = make_person(session, name="Idris", email="idris@example.org")
        _everything(session, app, kees, (coach, friend))
        own = make_entry(session, coach, title="van Ruben")
        words = Comment(entry_id=own.id, author_id=kees.id, body="mijn woorden elders", written_at=now())
        session.add(words)
        session.flush()
        session.add(Comment(entry_id=own.id, author_id=coach.id, reply_to=words.id, body="dank je", written_at=now()))
        session.add(Comment(entry_id=own.id, author_id=kees.id, body="nog iets van mij", written_at=now()))
        session.add(Comment(entry_id=own.id, author_id=friend.id, body="van Idris", written_at=now()))
    return world


def test_after_closing_no_word_is_left_anywhere(client: Any, database: Any, app: Any, tmp_path: Path) -> None:
    world = _make_kees(app, database)
    before = _found(database, tmp_path, CANARY)
    expected = {
        "person", "entry", "revision", "rendered", "state_change", "comment", "attachment", "circle", "coaching",
        "mail", "job", "security_event",
    }  # fmt: skip
    assert expected <= set(before)
    assert len([path for path in tmp_path.rglob("*") if path.parent.parent.parent.name == "files"]) == 3
    log_in(client, f"{CANARY}@example.org")
    page = client.get("/account/close").text
    for words in ("4 entries of yours", "1 comment of others", "2 files", "1 circle has nobody else", "1 text that"):
        assert words in page
    assert "You wrote 2 comments about entries of others" in page
    answer = post(client, "/account/close", CLOSE)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(client)
    do_jobs(client)
    assert _found(database, tmp_path, CANARY) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "files" in path.parts] == []
    with database.read() as session:
        assert session.get(Person, world.fenna.id) is None
        assert _found(database, tmp_path, world.fenna.id.hex) == []
        assert sorted(session.scalars(select(Entry.title))) == ["van Ruben", "van een ander"]
        assert session.scalars(select(Circle.name)).all() == ["Wij twee"]
        assert sorted(session.scalars(select(Portfolio.kind))) == ["circle", "joint", "person", "person", "person"]
        kept = session.execute(select(Comment.body, Comment.author_id).order_by(Comment.body)).all()
    assert [body for body, _author in kept] == ["dank je", "mijn woorden elders", "nog iets van mij", "van Idris"]
    assert [author is None for _body, author in kept] == [False, True, True, False]


def test_the_upload_of_somebody_else_that_is_under_way_stays(client: Any, database: Any, app: Any) -> None:
    _make_kees(app, database)
    key = put_bytes(database, app.store, b"van een ander", now())
    log_in(client, f"{CANARY}@example.org")
    assert post(client, "/account/close", CLOSE).status_code == 303
    do_jobs(client)
    assert app.store.exists(key.hex)
    with database.read() as session:
        assert session.scalars(select(LooseFile.key)).all() == [key]


def test_comments_elsewhere_go_too_when_asked_and_answers_of_others_stay(client: Any, database: Any, app: Any) -> None:
    _make_kees(app, database)
    log_in(client, f"{CANARY}@example.org")
    assert post(client, "/account/close", {**CLOSE, "comments_too": "y"}).status_code == 303
    with database.read() as session:
        assert sorted(session.scalars(select(Comment.body))) == ["", "dank je", "van Idris"]


def test_without_the_password_and_the_word_nothing_goes(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.fenna)
    for form in ({**CLOSE, "word": ""}, {**CLOSE, "word": "zomaar"}, {**CLOSE, "current_password": "nee"}, {}):
        answer = post(client, "/account/close", form)
        assert answer.status_code == 422
        assert "form-field__error" in answer.text
    assert is_signed_in(client)


def test_the_dutch_word_and_the_english_one_both_count(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        session.execute(update(Person).values(language="nl"))
    sign_in(client, world.fenna)
    assert post(client, "/account/close", {**CLOSE, "word": " ERASE "}).status_code == 303


def test_a_circle_with_somebody_elses_text_stays_for_who_left_it(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        fenna = session.merge(world.fenna)
        left = make_person(session, name="Lotte")
        circle = make_circle(session, fenna, left)
        session.execute(
            update(CircleMember).where(CircleMember.person_id == left.id).values(until=dt.date(2025, 1, 1))
        )
        within = session.scalars(select(Portfolio).where(Portfolio.circle_id == circle.id)).one()
        make_entry(session, left, title="van Lotte", portfolio=within)
    sign_in(client, world.fenna)
    assert post(client, "/account/close", CLOSE).status_code == 303
    with database.read() as session:
        assert session.scalars(select(Entry.title)).all() == ["van Lotte"]
        assert session.scalars(select(CircleMember.person_id)).all() == [left.id]


def test_plugins_that_are_off_forget_too_and_a_failing_one_undoes_all(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    asked: list[Any] = []
    plugin = ModuleType("vergeter")
    plugin.__file__ = __file__

    def forget(session: Any, person_id: Any) -> None:
        asked.append(person_id)
        if len(asked) == 1:
            raise RuntimeError("not now")

    plugin.forget = hookimpl(forget)  # type: ignore[attr-defined]
    app.registry.register("vergeter", plugin)
    sign_in(client, world.fenna)
    with pytest.raises(RuntimeError):
        post(client, "/account/close", CLOSE)
    assert is_signed_in(client)
    assert post(client, "/account/close", CLOSE).status_code == 303
    assert asked == [world.fenna.id] * 2


def test_only_mail_that_is_about_somebody_goes_with_them_whatever_their_name(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        fenna, mirjam = session.merge(world.fenna), session.merge(world.mirjam)
        fenna.name = "e"
        mail_reset(session, mirjam, "https://example.org/reset/x")
        mail_invitation(session, mirjam, "daan@example.org", "https://example.org/x", Viewer(fenna.id, "e"), "De Brug")
    sign_in(client, world.fenna)
    assert post(client, "/account/close", CLOSE).status_code == 303
    with database.read() as session:
        assert [mail.subject for mail in list_mails(session)] == ["Choose a new password"]


def test_an_invitation_outlives_the_account_of_who_sent_it_and_no_longer_names_them(
    client: Any, database: Any
) -> None:
    world = make_world(database)
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        inviting.invite_person(scope, "Daan", "daan@example.org", base_url="", school_id=world.school.id)
        token = links.make_link(
            session, links.INVITATION, now(), person_id=session.query(Person).filter_by(name="Daan").one().id,
            made_by=world.mirjam.id,
        )  # fmt: skip
    client.set_cookie("language", "en")
    assert "Mirjam Denkbeeld" in client.get(f"/invitation/{token}").text
    sign_in(client, world.mirjam)
    assert post(client, "/account/close", CLOSE).status_code == 303
    with database.read() as session:
        for table in tables_of(session):
            for row in session.execute(select(table)):
                assert world.mirjam.id.hex not in repr(tuple(row)).replace("-", ""), table.name
        assert len(session.query(OneTimeLink).all()) == 2
    page = client.get(f"/invitation/{token}").text
    assert "Mirjam" not in page
    assert "Lyceum De Papieren Brug invites you." in page


def test_what_was_handed_over_goes_and_of_what_was_settled_ones_own_words(
    client: Any, database: Any, app: Any
) -> None:
    two = make_two(database)
    sign_in(client, two.fenna)
    assert "hand over" not in client.get("/account/close").text
    assert "settled" not in client.get("/account/close").text
    two.opened("why")
    two.take("title")  # not open yet
    with two.scope(two.hanne) as scope:
        settle_snapshots(scope, two.about, now() + dt.timedelta(30))
        words = [Words(Goal, one.id, "", None, Goal.empty() | {"why": one.name}) for one in (two.fenna, two.hanne)]
        keep_record(scope, words, two.place, two.about, plugin=HOLDER, closes_at=now() + dt.timedelta(900))
    page = client.get("/account/close").text
    assert "2 texts that you chose to hand over, as they were then" in page
    assert "can&#39;t read it any more, also where it was settled" in page
    assert "your own words in what you settled with somebody" in page
    assert "What the other wrote in what you settled stays theirs" in page
    assert len(two.read(two.hanne)) == 3
    with two.scope(two.fenna) as scope:
        close_account(scope.session, app.registry, scope.me.id, scope.now, scope.today, comments_too=False)
    assert [(one.author_name, one.content["why"]) for one in two.read(two.hanne)] == [("Hanne", "Hanne")]


def test_every_table_that_names_a_person_lets_go_of_them() -> None:
    """A new table with a person in it must say what happens to its rows when that person goes."""
    keys = [key for table in Base.metadata.tables.values() for key in table.foreign_keys]
    to_person = [key for key in keys if key.column.table.name in ("person", "portfolio", "entry", "circle")]
    assert len(to_person) > 20
    assert {str(key.parent): key.ondelete for key in to_person if key.ondelete not in ("CASCADE", "SET NULL")} == {}
    blobs = [c for table in Base.metadata.tables.values() for c in table.c if isinstance(c.type, LargeBinary)]
    assert blobs == []


def test_an_entry_of_ones_own_portfolio_is_gone_for_its_reader(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        fenna, mirjam = session.merge(world.fenna), session.merge(world.mirjam)
        entry = make_entry(session, fenna, title="Gedeeld")
        make_share(session, entry, person=mirjam)
        portfolio = portfolio_of(session, fenna)
    reader = sign_in(app.test_client(), world.mirjam)
    address = f"/p/{portfolio.id}/goals/{entry.id}/"
    sign_in(client, world.fenna)
    opened = reader.get(address).status_code
    assert post(client, "/account/close", CLOSE).status_code == 303
    assert (opened, reader.get(address).status_code) == (200, 404)
