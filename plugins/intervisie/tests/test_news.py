"""News of a group: for its members alone, for as long as they are, and it names neither the group nor anybody."""

from __future__ import annotations

import re

from portfolio_plugins.intervisie.news import WAITS
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.notices.models import Notice
from portfolio.people.models import CircleMember, Switch
from portfolio.testing import make_leadership

LINE = re.compile(r'<li class="news__line[^>]*><a href="([^"]*)">([^<]*)</a>')


def lines_of(people, who):
    page = people.browser(who).get("/news")
    assert page.status_code == 200
    return LINE.findall(page.text)


def test_members_find_one_line_that_leads_to_the_group_and_says_nothing(people):
    people.plan("fenna")
    people.plan("daan", place="Elders")
    for who in ("yara", "noor", "sem"):
        assert lines_of(people, who) == [(f"{people.home}group", "Er wacht iets op je in je portfolio")]
        assert people.browser(who).get(f"{people.home}group").status_code == 200
    for who in ("hanne", "ruben", "mirjam"):
        assert lines_of(people, who) == []
    with people.database.read() as session:
        told = session.scalars(select(Notice).where(Notice.kind == WAITS.code)).all()
    assert {notice.actor_id for notice in told} == {None} and {notice.entry_id for notice in told} == {None}


def test_who_left_or_leads_a_member_or_has_it_off_finds_nothing_any_more(people):
    people.plan("fenna")
    assert len(lines_of(people, "sem")) == len(lines_of(people, "noor")) == len(lines_of(people, "daan")) == 1
    with people.database.write() as session:
        session.execute(
            update(CircleMember).where(CircleMember.person_id == people.persons["sem"].id).values(until=today())
        )
        make_leadership(session, people.persons["noor"], people.persons["yara"])
    assert lines_of(people, "sem") == lines_of(people, "noor") == []
    assert len(lines_of(people, "daan")) == 1
    with people.database.write() as session:
        session.execute(update(Switch).values(until=today()))
    assert lines_of(people, "daan") == []
