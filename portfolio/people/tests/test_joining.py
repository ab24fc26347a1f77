"""An invitation to an address that has an account: the school learns nothing; nothing counts before its owner's yes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portfolio.clock import now, today
from portfolio.db import Base
from portfolio.entries.models import Share
from portfolio.models import core_tables
from portfolio.notices.models import Mail
from portfolio.people import circles, coaching, inviting, leading, links, merging, organising
from portfolio.people.models import (
    CircleMember,
    Coaching,
    CohortMember,
    Leadership,
    OneTimeLink,
    Person,
    School,
    SchoolRole,
)
from portfolio.people.tests.accounts_world import (
    NEW,
    World,
    do_jobs,
    is_signed_in,
    known_hash,
    link_in,
    log_in,
    mails,
    make_world,
)
from portfolio.people.wall import lock_people
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_cohort,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    open_scope_for,
    post,
    sign_in,
    tables_of,
)

BASE = "http://127.0.0.1:8000"
YARA = "yara@example.org"
PASSWORDS = {"password": NEW, "password_again": NEW, "language": "en"}


def _elsewhere(database: Any) -> Person:
    """Yara, with an account at another school."""
    with database.write() as session:
        yara = make_person(session, name="Yara Elders", email=YARA, school=make_school(session, name="Het Verre Veld"))
        yara.password_hash, yara.language = known_hash(), "en"
    return yara


def _invite(database: Any, world: World, email: str = YARA, name: str = "Y. Getypt") -> Any:
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        return inviting.invite_person(scope, name, email, base_url=BASE, school_id=world.school.id)[0]


def _path(database: Any, to: str = YARA) -> str:
    return link_in([mail.body for mail in mails(database) if mail.to_address == to and "/invitation/" in mail.body][-1])


def _rows(database: Any, model: Any, column: Any, person: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(model).where(column == person)) or 0)


def _plain(text: str, *typed: str) -> str:
    """A page without what the administrator typed, ids, and proofs against forgery."""
    for word in typed:
        text = text.replace(word, "*").replace(word.replace("@", "@<wbr>"), "*")
    text = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", text)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)


def _everything_mirjam_sees(client: Any, database: Any, school: School, hanne: Person, name: str, email: str) -> Any:
    """All she can do with somebody she invited, and every page she gets for it."""
    client.set_cookie("language", "en")
    s, day, seen = f"/s/{school.id}", today().isoformat(), []

    def note(answer: Any) -> Any:
        seen.append((answer.status_code, _plain(answer.location or "", name, email), _plain(answer.text, name, email)))
        return answer

    person_form = {"name": name, "email": email, "role": "teacher", "since": day}
    person = note(post(client, f"{s}/people/new", person_form)).location
    note(post(client, f"{s}/people/new", person_form))
    note(post(client, f"{person}/roles", {"role": "coach", "since": day}))
    note(post(client, f"{person}/invitation"))
    note(post(client, f"{person}/reset"))
    id_ = person.rpartition("/")[2]
    leader = {"leader": str(hanne.id), "teacher": id_, "since": day}
    note(post(client, f"{s}/leaders", leader))
    note(post(client, f"{s}/leaders", {**leader, "understood": f"{hanne.id} {id_} {day} "}))
    note(post(client, f"{s}/coaches", {"coach": id_, "teacher": str(hanne.id), "since": day}))
    note(post(client, f"{s}/coaches", {"coach": id_, "teacher": id_, "since": day}))
    note(post(client, f"{person}/correct", {"name": name, "email": email}))
    pages = (f"{s}/", person, f"{person}/correct", f"{s}/leaders", f"{s}/coaches", f"{s}/people/new")
    for page in pages:
        note(client.get(page))
    other = client.application.test_client()
    path = _path(database, email)
    assert post(other, f"{path}/decline").status_code == 303
    for page in pages:
        note(client.get(page))
    for _number in range(4):
        note(post(client, f"{person}/invitation"))
    note(post(client, f"{person}/remove"))
    note(client.get(f"{s}/"))
    return seen


def test_an_administrator_sees_no_difference_between_an_address_with_and_without_an_account(
    client: Any, database: Any, app: Any
) -> None:
    world = make_world(database)
    _elsewhere(database)
    with database.write() as session:
        hanne = make_person(session, name="Hanne", email="hanne@example.org", school=session.merge(world.school))
    sign_in(client, world.mirjam)
    known = _everything_mirjam_sees(client, database, world.school, hanne, "Yvonne Typ", YARA)
    unknown = _everything_mirjam_sees(client, database, world.school, hanne, "Willem Typ", "niemand@example.org")
    assert known == unknown
    assert [status for status, _location, _text in known].count(422) >= 3  # the second invitation, the limit, the code
    assert sum("not begun yet" in text for _status, _location, text in known) >= 4
    assert not any("Yara Elders" in text for _status, _location, text in known)


def test_who_makes_more_schools_invites_an_address_no_more_often(client: Any, database: Any) -> None:
    world, day, answers = make_world(database), today().isoformat(), []
    sign_in(client, world.mirjam)
    for number in range(6):
        made = post(client, f"/s/{world.school.id}/schools/new", {"name": f"School {number}", "theme": "base"}).location
        form = {"name": "Y. Getypt", "email": YARA, "role": "teacher", "since": day}
        answers.append(post(client, f"{made}people/new", form).status_code)
    assert answers == [303] * 4 + [422] * 2
    assert [mail.to_address for mail in mails(database)] == [YARA] * 4


def test_nothing_of_an_invitation_counts_for_the_account_before_its_owners_yes(client: Any, database: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    with database.write() as session:
        entry = make_entry(session, yara, title="Voor Fenna")
        share = make_share(session, entry, person=session.merge(world.fenna)).id
    invited = _invite(database, world)
    with database.write() as session:
        leading.start_leadership(
            open_scope_for(session, world.mirjam), world.school.id, world.fenna.id, invited, today()
        )
    with database.read() as session:
        assert open_scope_for(session, yara).relations.leaders == frozenset()
        assert session.get_one(Share, share).until is None
        assert world.school.id not in session.scalars(select(SchoolRole.school_id).where(SchoolRole.person_id == yara.id)).all()  # noqa: E501
    assert [mail.to_address for mail in mails(database) if mail.subject.startswith("A change")] == ["fenna@example.org"]


def test_yes_moves_what_the_school_entered_and_the_leader_takes_effect(client: Any, database: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    with database.write() as session:
        school, fenna = session.merge(world.school), session.merge(world.fenna)
        mine = make_share(session, make_entry(session, yara, title="Voor Fenna"), person=fenna).id
        hers = make_share(session, make_entry(session, fenna, title="Voor Yara"), person=session.merge(yara)).id
        make_circle(session, fenna, session.merge(yara), name="Samen")
    invited = _invite(database, world)
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        organising.add_role(scope, school.id, invited, "coach", today(), None)
        leading.start_leadership(scope, school.id, fenna.id, invited, today())
        lotte = make_person(session, name="Lotte", email="lotte@example.org", school=session.merge(world.school))
        coaching.propose(scope, school.id, coach_id=invited, teacher_id=lotte.id, since=today())
        make_cohort(session, session.merge(world.school), session.get_one(Person, invited))
    path = _path(database)
    sign_in(client, yara)
    page = client.get(path).text
    for words in ("Mirjam Denkbeeld (Lyceum De Papieren Brug) invites you.", "Your leader", "Fenna Voorbeeld", "Coach"):
        assert words in page
    assert 'name="password"' not in page
    assert post(client, f"{path}/join").status_code == 303
    with database.read() as session:
        assert session.get(Person, invited) is None
        roles = select(SchoolRole.role).where(SchoolRole.person_id == yara.id, SchoolRole.school_id == school.id)
        assert sorted(session.scalars(roles)) == ["coach", "teacher"]
        assert open_scope_for(session, yara).relations.leaders == {fenna.id}
        assert (session.get_one(Share, mine).until, session.get_one(Share, hers).until) == (today(), today())
        assert session.scalars(select(CircleMember.until).where(CircleMember.person_id == fenna.id)).one() == today()
        proposed = session.scalars(select(Coaching).where(Coaching.coach_id == yara.id)).one()
        assert (proposed.teacher_id, proposed.accepted_at) == (lotte.id, None)
        assert session.scalar(select(func.count()).where(CohortMember.person_id == yara.id)) == 1
        me = session.get_one(Person, yara.id)
        assert (me.name, me.email, me.password_hash) == ("Yara Elders", YARA, known_hash())
    told = [mail.to_address for mail in mails(database) if mail.subject.startswith("A change")]
    assert sorted(told) == ["fenna@example.org", "fenna@example.org", YARA]
    for answer in (client.get(path), post(client, f"{path}/join"), post(client, f"{path}/decline")):
        assert answer.status_code == 410
        assert "This link has been used already" in answer.text
    sign_in(client, world.mirjam)
    list_ = client.get(f"/s/{school.id}/").text
    assert "Yara Elders" in list_
    assert "Getypt" not in list_
    assert YARA not in list_


def test_what_the_account_has_already_or_would_be_with_oneself_is_not_moved(database: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    invited = _invite(database, world)
    with database.write() as session:
        me, it, fenna = (session.get_one(Person, one) for one in (yara.id, invited, world.fenna.id))
        school = session.merge(world.school)
        session.add(SchoolRole(person_id=me.id, school_id=school.id, role="teacher", since=dt.date(2020, 8, 1)))
        cohort, both = make_cohort(session, school, me, it), make_cohort(session, school, it)
        through = make_school(session, name="Het Verre Veld").id
        session.add(CohortMember(cohort_id=both.id, school_id=through, person_id=me.id, since=dt.date(2020, 8, 1)))
        make_leadership(session, me, it, school=school)
        make_leadership(session, it, me, school=school)
        make_leadership(session, it, fenna, school=school)
        make_leadership(session, me, fenna, school=school)
        make_coaching(session, me, it, accepted=False)
        make_coaching(session, it, me)
        circle = make_circle(session, me, it, name="Dubbel")
        entry = make_entry(session, me, title="Met mezelf")
        make_share(session, entry, person=it)
    with database.write() as session:
        locked = lock_people(session, yara.id, governed_on=today())
        merging.merge(open_scope_for(session, yara), session.get_one(Person, invited), locked)
    with database.read() as session:
        def count(model: Any, *where: Any) -> Any:
            return session.scalar(select(func.count()).select_from(model).where(*where))

        assert count(SchoolRole, SchoolRole.person_id == yara.id, SchoolRole.school_id == school.id) == 1
        assert count(CohortMember, CohortMember.cohort_id == cohort.id) == 1
        assert count(CohortMember, CohortMember.cohort_id == both.id) == 2, "through another school: not theirs to know"
        assert count(Leadership) == 1
        assert count(Coaching) == 0
        assert count(CircleMember, CircleMember.circle_id == circle.id) == 1
        assert count(Share) == 0


def test_what_meets_a_leader_the_account_has_already_ends_as_well(database: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    invited = _invite(database, world)
    with database.write() as session:
        me, it, fenna = (session.get_one(Person, one) for one in (yara.id, invited, world.fenna.id))
        make_leadership(session, me, fenna)
        open_ = make_coaching(session, it, fenna)
        share = make_share(session, make_entry(session, fenna), coaching=open_)
    before = len(mails(database))
    with database.write() as session:
        locked = lock_people(session, yara.id, governed_on=today())
        merging.merge(open_scope_for(session, yara), session.get_one(Person, invited), locked)
    with database.read() as session:
        assert session.get_one(Coaching, open_.id).until == today()
        assert session.get_one(Share, share.id).until == today()
    assert len(mails(database)) == before - 1  # the used link's; nobody is told again about a leader they had


def test_every_table_that_names_a_person_is_moved_or_is_known_to_be_empty(client: Any, database: Any) -> None:
    """A new table with a person in it must say what happens to its rows when an invitation meets an account."""
    with database.read() as session:
        there = tables_of(session)
    keys = {
        f"{table.name}.{key.parent.name}"
        for table in there
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    plugins = {name for name in keys if name.partition(".")[0] not in core_tables()}
    assert keys - plugins == merging.MOVED | set(merging.GOES_ALONG)
    assert merging.MOVED.isdisjoint(merging.GOES_ALONG)
    world = make_world(database)
    invited = _invite(database, world)
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        inviting.renew_invitation(scope, invited, base_url=BASE)
        leading.start_leadership(scope, world.school.id, invited, world.fenna.id, today())
        inviting.correct_invited(scope, invited, name="Anders", email="nog@example.org", base_url=BASE)
    assert post(client, "/forgot", {"email": "nog@example.org"}).status_code == 303
    do_jobs(client)
    empty = plugins | set(merging.GOES_ALONG) - {"portfolio.person_id", "mail.person_id"}
    for name in empty:
        table, _dot, column = name.partition(".")
        key = Base.metadata.tables[table].c[column]
        assert _rows(database, key.table, key, invited) == 0, name


def test_no_stops_the_link_and_the_school_isnt_told(client: Any, database: Any) -> None:
    world, _yara = make_world(database), _elsewhere(database)
    client.set_cookie("language", "en")
    for email in (YARA, "niemand@example.org"):
        invited = _invite(database, world, email, f"Typ {email}")
        before = len(mails(database))
        answer = post(client, f"{_path(database, email)}/decline")
        assert answer.location == "/invitation/declined"
        assert "You said no" in client.get(answer.location).text
        assert client.get(_path(database, email)).status_code == 410
        assert len(mails(database)) == before
        with database.read() as session:
            assert session.get_one(Person, invited).used_at is None
        with database.write() as session:
            inviting.renew_invitation(open_scope_for(session, world.mirjam), invited, base_url=BASE)
        assert client.get(_path(database, email)).status_code == 200


def test_two_schools_that_invite_the_same_new_address_know_nothing_of_each_other(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        other = make_school(session, name="Het Verre Veld")
        sanne = make_person(session, name="Sanne", email="sanne@example.org", school=other, role="administrator")
    first = _invite(database, world, "nieuw@example.org", "Nieuw Een")
    with database.write() as session:
        scope = open_scope_for(session, sanne)
        second, _link = inviting.invite_person(
            scope, "Nieuw Twee", "Nieuw@Example.org", base_url=BASE, school_id=other.id, language="en"
        )
    one, two = (link_in(mail.body) for mail in mails(database))
    assert post(client, one, PASSWORDS).status_code == 303
    assert is_signed_in(client)
    page = client.get(two).text
    assert 'name="password"' not in page
    assert post(client, two, PASSWORDS).status_code == 422
    assert post(client, f"{two}/join").status_code == 303
    with database.read() as session:
        assert session.get(Person, second) is None
        person = session.get_one(Person, first)
        assert (person.name, person.email, person.invited_email) == ("Nieuw Een", "nieuw@example.org", None)
        schools = select(SchoolRole.school_id).where(SchoolRole.person_id == first)
        assert set(session.scalars(schools)) == {world.school.id, other.id}


def test_only_the_account_with_that_address_can_say_yes(client: Any, database: Any, app: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    _invite(database, world)
    path = _path(database)
    client.set_cookie("language", "en")
    page = client.get(path).text
    assert f'href="/sign-in?next={path}"' in page.replace("%2F", "/")
    assert 'name="password"' not in page
    assert post(client, f"{path}/join").status_code == 401
    assert post(client, path, PASSWORDS).status_code == 422
    sign_in(client, world.fenna)
    assert "You are signed in with another account" in client.get(path).text
    answer = post(client, f"{path}/join")
    assert answer.status_code == 422
    assert "You are signed in with another account" in answer.text
    with database.read() as session:
        assert session.get_one(Person, yara.id).password_hash == known_hash()
        assert session.scalar(select(func.count()).where(SchoolRole.person_id == yara.id)) == 1
    hers = app.test_client()
    assert log_in(hers, f"  {YARA.upper()} ", next=path).location == path
    assert post(hers, f"{path}/join").status_code == 303


def test_an_address_that_gets_an_account_meanwhile_is_joined_not_doubled(client: Any, database: Any) -> None:
    """The page with the two passwords was open when the account came."""
    world = make_world(database)
    _invite(database, world)
    path = _path(database)
    _elsewhere(database)
    with database.write() as session:
        token = path.rpartition("/")[2]
        from portfolio.errors import Refused
        from portfolio.people import joining

        with pytest.raises(Refused):
            joining.accept_invitation(open_scope_for(session, world.fenna), token, "hash", "nl")
    assert client.get(path).status_code == 200  # the link is still good


def test_an_invitation_of_fourteen_days_ago_cannot_be_answered(client: Any, database: Any) -> None:
    world, yara = make_world(database), _elsewhere(database)
    _invite(database, world)
    path = _path(database)
    with database.write() as session:
        session.execute(update(OneTimeLink).values(ends_at=now()))
    sign_in(client, yara)
    for answer in (client.get(path), post(client, f"{path}/join"), post(client, f"{path}/decline")):
        assert answer.status_code == 410


def test_an_address_that_was_only_invited_is_as_unknown(client: Any, database: Any) -> None:
    world = make_world(database)
    _invite(database, world, "nieuw@example.org")
    before = len(mails(database))
    assert post(client, "/forgot", {"email": "nieuw@example.org"}).location == "/forgot/sent"
    do_jobs(client)
    assert len(mails(database)) == before
    assert log_in(client, "nieuw@example.org").status_code == 422
    with database.write() as session:
        circle = make_circle(session, session.merge(world.fenna))
        scope = open_scope_for(session, world.fenna)
        circles.invite(scope, circle.id, None, "nieuw@example.org")
        assert session.scalar(select(func.count()).where(CircleMember.circle_id == circle.id)) == 1
    assert len(mails(database)) == before


@pytest.mark.parametrize("typed", ["  Fenna@Example.ORG ", "FENNA@example.org"])
def test_an_address_is_found_however_it_is_typed(client: Any, database: Any, typed: str) -> None:
    make_world(database)
    assert post(client, "/forgot", {"email": typed}).status_code == 303
    do_jobs(client)
    assert [mail.to_address for mail in mails(database)] == ["fenna@example.org"]
    assert log_in(client, typed).status_code == 303


def test_an_address_with_other_letters_in_its_domain_is_found(client: Any, database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        session.get_one(Person, world.fenna.id).email = "fenna@xn--cole-9oa.nl"
    assert post(client, "/forgot", {"email": "fenna@école.nl"}).status_code == 303
    do_jobs(client)
    assert [mail.to_address for mail in mails(database)] == ["fenna@xn--cole-9oa.nl"]
    assert log_in(client, "Fenna@École.nl").status_code == 303


def test_the_same_address_is_invited_only_a_few_times_a_day_also_when_it_fails(client: Any, database: Any) -> None:
    world = make_world(database)
    sign_in(client, world.mirjam)
    client.set_cookie("language", "en")
    form = {"name": "Fenna", "email": "fenna@example.org", "role": "teacher", "since": today().isoformat()}
    answers = [post(client, f"/s/{world.school.id}/people/new", form) for _number in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert ["several times today" in answer.text for answer in answers] == [False] * 4 + [True]
    other = {**form, "email": "iemand@example.org"}
    assert post(client, f"/s/{world.school.id}/people/new", other).status_code == 303


def test_one_asks_nobody_into_a_circle_all_day_and_not_everybody(client: Any, database: Any, monkeypatch: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        circle = make_circle(session, session.merge(world.fenna)).id
    sign_in(client, world.fenna)
    client.set_cookie("language", "en")

    def ask(email: str) -> Any:
        return post(client, f"/circles/{circle}/invitations", {"email": email})

    assert [ask("x@example.org").status_code for _number in range(5)] == [303] * 4 + [422]
    assert "You asked this person several times today" in ask(" X@Example.org").text
    assert [ask(f"x{number}@example.org").status_code for number in range(26)] == [303] * 26
    answer = ask("y@example.org")
    assert answer.status_code == 422
    assert "You asked many people today" in answer.text
    with database.read() as session:
        assert session.scalars(select(Mail.id)).all() == []
        assert links.LASTS
