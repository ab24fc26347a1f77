"""The floor: the least a server-made page can cost here. Flask, a session row, four queries, one Jinja template.

The same granian, database and pool as the application, and the same HTML: `floor_template` makes one Jinja
template of a page the application made, with every value that the four queries fetch put in from their rows. No
access, plugins, forms, catalogue, layout, menu or macros.

    FLOOR=<folder with floor.json and templates> granian --interface wsgi benchmarks.floor:app
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import uuid
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from sqlalchemy import BindParameter, Uuid, bindparam, insert, select, update

from portfolio import clock
from portfolio.db import Database, new_id
from portfolio.entries.models import Comment, Entry, Link, Portfolio, Rendered, Revision, Share
from portfolio.people.models import Coaching, Person, School, SchoolRole, SignIn

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_ME = bindparam("me", type_=Uuid())
_PORTFOLIO = bindparam("portfolio", type_=Uuid())
_ENTRY = bindparam("entry", type_=Uuid())
_SINCE: BindParameter[dt.date] = bindparam("since")
_LINE = (Entry.id, Entry.title, Entry.kind, Entry.plugin, Entry.happened_on, Entry.state, Entry.updated_at)

SESSION = select(SignIn.person_id, SignIn.ends_at).where(SignIn.token_hash == bindparam("hash"))
_PERSON = select(Person.name, Person.language).where(Person.id == _ME)
_SCHOOL = (
    select(School.name, School.theme)
    .join(SchoolRole, SchoolRole.school_id == School.id)
    .where(SchoolRole.person_id == _ME)
    .limit(1)
)
_NEWEST = select(*_LINE).where(Entry.portfolio_id == _PORTFOLIO).order_by(Entry.happened_on.desc(), Entry.id.desc())
_GOALS = _NEWEST.where(Entry.plugin == "goals")
_COACHED = (
    select(Person.id, Person.name, Portfolio.id, Coaching.focus, Coaching.since)
    .join(Coaching, Coaching.teacher_id == Person.id)
    .join(Portfolio, Portfolio.person_id == Person.id)
    .where(Coaching.coach_id == _ME)
)
_SHARED = (
    select(*_LINE, Entry.portfolio_id, Share.shared_at, Person.name)
    .join(Share, Share.entry_id == Entry.id)
    .join(Coaching, Coaching.id == Share.coaching_id)
    .join(Person, Person.id == Entry.author_id)
    .where(Coaching.coach_id == _ME)
)
QUERIES: dict[str, tuple[Any, Any, Any, Any]] = {
    "overview": (
        _PERSON,
        _SCHOOL,
        _NEWEST.limit(5),
        _NEWEST.where(Entry.happened_on >= _SINCE).limit(bindparam("marks")),
    ),
    "entry": (
        select(*_LINE, Revision.content, Rendered.html, Person.name)
        .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
        .join(Rendered, Rendered.revision_id == Revision.id)
        .join(Person, Person.id == Entry.author_id)
        .where(Entry.id == _ENTRY),
        select(Comment.id, Comment.kind, Comment.body, Comment.quote, Comment.written_at, Person.name)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.entry_id == _ENTRY)
        .order_by(Comment.written_at),
        select(Share.id, Share.until, Person.name)
        .outerjoin(Coaching, Coaching.id == Share.coaching_id)
        .outerjoin(Person, Person.id == Coaching.coach_id)
        .where(Share.entry_id == _ENTRY),
        select(Link.type, *_LINE).join(Entry, Entry.id == Link.to_id).where(Link.from_id == _ENTRY),
    ),
    "list": (_PERSON, _SCHOOL, select(Portfolio.kind).where(Portfolio.id == _PORTFOLIO), _GOALS.limit(10)),
    "desk": (
        _PERSON,
        _COACHED,
        _SHARED.order_by(Share.shared_at.desc()).limit(20),
        select(Comment.entry_id, Comment.written_at, Entry.title, Entry.portfolio_id, Entry.plugin)
        .join(Entry, Entry.id == Comment.entry_id)
        .where(Comment.author_id == _ME)
        .order_by(Comment.written_at.desc())
        .limit(20),
    ),
}
"""Per page, next to the session: four queries that fetch the rows whose words stand on it."""
_NOW_THERE = select(Entry.number, Revision.content).join(
    Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number)
)


def values_for(me: uuid.UUID, portfolio: uuid.UUID | None, entry: uuid.UUID | None, marks: int) -> dict[str, Any]:
    """Parameters for every query of a page."""
    since = clock.today() - dt.timedelta(days=8 * 365)
    return {"me": me, "portfolio": portfolio, "entry": entry, "since": since, "marks": marks}


def floor_template(html: str, answers: Sequence[Sequence[Any]]) -> str:
    """A page as a Jinja template: what the rows hold is put in from `q`, the rest stands there as it is."""
    if "{{" in html or "{%" in html:
        raise ValueError("the page holds Jinja's own signs")
    places: dict[str, str] = {}
    for number, rows in enumerate(answers):
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                for found, expression in _texts(value, f"q[{number}][{at}][{column}]"):
                    places.setdefault(found, expression)
    for value in sorted(places, key=len, reverse=True):
        html = html.replace(value, "\0" + places[value].replace("", "\1") + "\0")
    parts = html.split("\0")
    return "".join("{{ " + part.replace("\1", "") + " }}" if at % 2 else part for at, part in enumerate(parts))


def _day(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _texts(value: Any, expression: str) -> list[tuple[str, str]]:
    """The words of a value as they stand in a page, and the expression that puts them there."""
    if isinstance(value, uuid.UUID):
        return [(str(value), expression)]
    if isinstance(value, str) and len(value) > 8:
        return [(escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), expression)]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return [(f">{_day(value)}<", f"'>' | safe ~ ({expression} | day) ~ '<' | safe")]
    if isinstance(value, dict):
        return [(part, f"{expression}[{name!r}] | safe") for name, part in value.items() if len(str(part)) > 40]
    return []


def create_floor(folder: Path) -> Flask:
    """The floor application for the pages described in `folder`."""
    facts = json.loads((folder / "floor.json").read_text())
    app = Flask("floor", template_folder=str(folder / "templates"), static_folder=None)
    app.jinja_env.filters["day"] = _day
    database = Database(facts["database_url"])

    @app.get("/<page>/<size>")
    def page(page: str, size: str) -> str:
        asked = facts["pages"][f"{page}-{size}"]
        with database.engine.connect() as connection:
            person, _ends = connection.execute(SESSION, {"hash": _hashed()}).one()
            values = values_for(person, _id(asked["portfolio"]), _id(asked["entry"]), asked["marks"])
            answers = [connection.execute(query, values).all() for query in QUERIES[page]]
            return render_template(f"{page}-{size}.html", q=answers)

    @app.post("/write/<uuid:entry>")
    def write(entry: uuid.UUID) -> Any:
        title, story = request.form["title"], request.form["story"]
        html = {"story": f"<p>{escape(story)}</p>"}
        now, revision = clock.now(), new_id()
        content = {"story": story}
        with database.engine.execution_options(writes=True).begin() as connection:
            person, _ends = connection.execute(SESSION, {"hash": _hashed()}).one()
            number, _before = connection.execute(_NOW_THERE.where(Entry.id == entry)).one()
            connection.execute(
                update(Entry).where(Entry.id == entry).values(number=number + 1, title=title, updated_at=now)
            )
            connection.execute(
                insert(Revision).values(
                    id=revision, entry_id=entry, number=number + 1, author_id=person, title=title,
                    happened_on=clock.today(), kind_version=1, content=content,
                    sha256=hashlib.sha256(story.encode()).hexdigest(), created_at=now,
                )
            )  # fmt: skip
            connection.execute(insert(Rendered).values(revision_id=revision, renderer=1, html=html))
        return redirect(f"/entry/{entry}", code=303)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok", mimetype="text/plain")

    return app


def _hashed() -> str:
    return hashlib.sha256(request.cookies["floor"].encode()).hexdigest()


def _id(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


if "FLOOR" in os.environ:
    app = create_floor(Path(os.environ["FLOOR"]))
