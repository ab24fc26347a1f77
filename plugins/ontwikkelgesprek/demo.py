"""The demo's rows of this plugin: a conversation of last year that was settled, one that opened, and one to come."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from portfolio_plugins.ontwikkelgesprek import log
from portfolio_plugins.ontwikkelgesprek.kinds import Settled
from portfolio_plugins.ontwikkelgesprek.models import (
    AGREE,
    BOTH,
    DIFFER,
    LEADER,
    TEACHER,
    Agreement,
    Conversation,
    LogLine,
    Point,
)
from portfolio_plugins.ontwikkelgesprek.settings import NAME, UNSETTLED, Terms

from portfolio.clock import moment_of
from portfolio.demo.telling import Telling
from portfolio.demo.texts import When
from portfolio.entries.models import HANDED, RECORD, Entry, Revision, Snapshot
from portfolio.entries.snapshot_reading import sha256_of_words
from portfolio.markdown import RENDERER_VERSION

FENNA, HANNE = "fenna", "hanne"
LAST, SETTLED, OPENED, COMING = When(4, "05-19"), When(4, "05-24"), When(5, "09-29"), 12
TERMS = Terms(30, 3)
AGREED = (
    ("In juni zeg ik het hardop als ik iets erbij doe.", TEACHER, None),
    ("Ik zoek een plek voor een tweede begeleider van starters in het rooster.", LEADER, When(5, "12-01")),
    ("We praten verder over wie er meekijkt bij een starter.", BOTH, When(5, "12-01")),
)
CHOSEN = (
    ("f-een-zin", ("title",), "Deze zin draag ik al drie jaar bij me."),
    ("f-iemand-telde", ("title", "happened_on", "story"), ""),
)


def tell(telling: Telling) -> None:
    """Add the rows of this plugin's tables, and what the core keeps for it."""
    _tell_settled(telling)
    _tell_opened(telling)
    _tell_coming(telling)


def _tell_settled(telling: Telling) -> None:
    at, settled = (telling.days.moment(when, "f-gesprek") for when in (LAST, SETTLED))
    opened = at - dt.timedelta(days=4)
    texts = {name: telling.ids[key] for name, key in (
        ("teacher_part_id", "f-gesprek-voorbereid"), ("leader_part_id", "h-gesprek-voorbereid"),
        ("report_id", "f-gesprek-verslag"), ("addition_id", "h-gesprek-aanvulling"),
    )}  # fmt: skip
    until = TERMS.items_until(settled)
    answers: dict[str, Any] = {}
    for side, said, note in (
        (TEACHER, AGREE, ""), (LEADER, DIFFER, "Over wie er meekijkt zie ik het anders, zoals er staat."),
    ):  # fmt: skip
        answers |= {f"{side}_answer": said, f"{side}_note": note, f"{side}_answered_at": settled}
        answers[f"{side}_answered_to"] = "-"
    talk = _talk(
        telling, "ontwikkelgesprek", telling.days.happened(telling.days.day(LAST)), begins_at="15:30", opened_at=opened,
        teacher_released_at=opened - dt.timedelta(days=1), leader_released_at=opened, settled_at=settled,
        items_until=until, items_gone_at=until if until <= settled + (telling.days.today - settled.date()) else None,
        agreements_number=1, **texts, **(answers | {"teacher_note": "", "leader_note": ""}),
    )  # fmt: skip
    for turn, (text, who, when) in enumerate(AGREED):
        day = telling.days.day(when) if when else None
        row = {"conversation_id": talk, "turn": turn, "text": text, "who": who, "look_back_on": day}
        telling.tables.add_row(Agreement, row)
    _put(telling, texts["teacher_part_id"], audience="portfolio", closes_at=until)
    _put(telling, texts["leader_part_id"], audience="portfolio")
    for name in ("report_id", "addition_id"):
        _put(telling, texts[name], audience="author")
    _record(telling, talk, settled, answers)
    for side, what, moment in (
        (LEADER, log.PLANNED, opened - dt.timedelta(days=20)), (TEACHER, log.RELEASED, opened - dt.timedelta(days=1)),
        (LEADER, log.RELEASED, opened), ("", log.OPENED, opened), (TEACHER, log.REPORTED, at), (LEADER, log.ADDED, at),
        (TEACHER, log.AGREED_ON, at), (LEADER, log.ANSWERED, settled), (TEACHER, log.ANSWERED, settled),
        ("", log.SETTLED, settled), ("", log.ITEMS_GONE, until),
    ):  # fmt: skip
        telling.tables.add(LogLine, conversation_id=talk, side=side, what=what, at=moment)


def _record(telling: Telling, talk: uuid.UUID, settled: dt.datetime, answers: dict[str, Any]) -> None:
    closes = moment_of(TERMS.record_until(settled.date()))
    times = {"taken_at": settled, "opened_at": settled, "settled_at": settled, "closes_at": closes}
    for key in ("f-gesprek-verslag", "h-gesprek-aanvulling"):
        _snapshot(telling, talk, key, ("title", "happened_on", "text"), "", RECORD, times)
    for side, who in ((TEACHER, FENNA), (LEADER, HANNE)):
        content = Settled.empty() | {"answer": answers[f"{side}_answer"], "note": answers[f"{side}_note"]}
        if side == TEACHER:
            content["agreements"] = [
                {"text": text, "who": does, "look_back_on": telling.days.day(when).isoformat() if when else ""}
                for text, does, when in AGREED
            ]
        told = {"kind": Settled.name, "kind_version": Settled.version, "title": "", "happened_on": settled.date()}
        told |= {"content": content, "html": Settled.html(content), "entry_id": None, "number": 0, "note": ""}
        _add(telling, talk, told | {"author_id": telling.people.persons[who], "role": RECORD} | times)


def _tell_opened(telling: Telling) -> None:
    """One of this autumn: it was held, and the report isn't written yet."""
    at = telling.days.moment(OPENED, "f-gesprek-start")
    opened = at - dt.timedelta(days=2)
    until = opened + UNSETTLED
    parts = {"teacher_part_id": telling.ids["f-gesprek-start"], "leader_part_id": telling.ids["h-gesprek-start"]}
    talk = _talk(
        telling, "startgesprek", telling.days.happened(telling.days.day(OPENED)), begins_at="15:00", opened_at=opened,
        items_until=until, teacher_released_at=opened, leader_released_at=opened, report_id=None, addition_id=None,
        **parts,
    )  # fmt: skip
    _put(telling, parts["teacher_part_id"], audience="portfolio", closes_at=until)
    _put(telling, parts["leader_part_id"], audience="portfolio")
    times = {"taken_at": opened, "opened_at": opened, "settled_at": None, "closes_at": until}
    _snapshot(telling, talk, *CHOSEN[0], HANDED, times)
    for side, what in ((TEACHER, log.PLANNED), (LEADER, log.RELEASED), (TEACHER, log.RELEASED), ("", log.OPENED)):
        telling.tables.add(LogLine, conversation_id=talk, side=side, what=what, at=opened)
    point = {"author_id": telling.people.persons[FENNA], "text": "De toetscommissie zonder mij", "written_at": at}
    telling.tables.add(Point, conversation_id=talk, **point)


def _put(telling: Telling, entry: uuid.UUID, **values: Any) -> None:
    """Change an entry that was told already."""
    for row in telling.tables.rows[Entry.__tablename__]:
        row.setdefault("closes_at", None)  # rows that are written together name the same columns
        if row["id"] == entry:
            row |= values


def _tell_coming(telling: Telling) -> None:
    """The next one: Fenna has prepared herself and chosen something; nobody has released."""
    day = telling.days.today + dt.timedelta(days=COMING)
    talk = _talk(
        telling, "voortgangsgesprek", day, begins_at="16:00", teacher_part_id=telling.ids["f-gesprek-komt"],
        leader_part_id=None, report_id=None, addition_id=None,
    )  # fmt: skip
    at = telling.days.moment(When(5, "11-13"), "f-gesprek-komt")
    times = {"taken_at": at, "opened_at": None, "settled_at": None, "closes_at": None}
    _snapshot(telling, talk, *CHOSEN[1], HANDED, times)
    planned = telling.days.moment(When(5, "11-03"), "f-gesprek-komt")
    telling.tables.add(LogLine, conversation_id=talk, side=LEADER, what=log.PLANNED, at=planned)


def _talk(telling: Telling, kind: str, day: dt.date, **rest: Any) -> uuid.UUID:
    people = telling.people
    moments = ["opened_at", "settled_at", "items_until", "items_gone_at"]
    moments += [f"{side}_{done}_at" for side in (TEACHER, LEADER) for done in ("released", "answered")]
    empty: dict[str, Any] = dict.fromkeys(moments)
    answers = ("answer", "note", "answered_to")
    empty |= {f"{side}_{name}": "" for side in (TEACHER, LEADER) for name in answers}
    who = {"teacher_id": people.persons[FENNA], "leader_id": people.persons[HANNE], "planned_by": people.persons[HANNE]}
    place = {"portfolio_id": people.portfolios[f"joint:{FENNA}"], "place": "De kleine spreekkamer", "number": 1}
    values = {"agreements_number": 0, "cancelled_at": None, "kind": kind, "planned_on": day}
    return telling.tables.add(Conversation, **(empty | who | place | values | rest))


def _snapshot(
    telling: Telling, talk: uuid.UUID, key: str, fields: tuple[str, ...], note: str, role: str, times: dict[str, Any]
) -> None:
    """Fields of an entry as it is at the end of the story; nothing where its plugin isn't installed."""
    if key not in telling.ids:
        return
    entry = telling.ids[key]
    revision = [row for row in telling.tables.rows[Revision.__tablename__] if row["entry_id"] == entry][-1]
    row = next(one for one in telling.tables.rows[Entry.__tablename__] if one["id"] == entry)
    kind = telling.registry.kinds[row["kind"]]
    content = {name: value for name, value in revision["content"].items() if name in fields}
    told = {
        "kind": kind.name, "kind_version": kind.version, "number": revision["number"], "note": note, "role": role,
        "title": row["title"] if "title" in fields else "", "content": content, "html": kind.html(content),
        "happened_on": row["happened_on"] if "happened_on" in fields else None, "author_id": row["author_id"],
        "entry_id": entry,
    }  # fmt: skip
    _add(telling, talk, told | times)


def _add(telling: Telling, talk: uuid.UUID, told: dict[str, Any]) -> None:
    place = {"portfolio_id": telling.people.portfolios[f"joint:{FENNA}"], "about": talk, "plugin": NAME}
    told |= {"renderer": RENDERER_VERSION, "from_on": None, "until_on": None, **place}
    told["sha256"] = sha256_of_words(told, files=())
    telling.tables.add(Snapshot, **told)
