"""People in a case are told by their role. Obvious names are found: of fellow members, and after such as “colleague”.

No list of names finds everybody, and it needn't: the writer is asked to look once more, and loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from portfolio.among import any_of, ids
from portfolio.i18n import gettext as _
from portfolio.people.models import CircleMember, Person
from portfolio.scope import Scope

_DAY: Any = bindparam("day")
_MEMBERS = (
    select(Person.name)
    .join(CircleMember, CircleMember.person_id == Person.id)
    .where(any_of(CircleMember.circle_id, ids("circles")), CircleMember.counts(_DAY))
    .distinct()
)
_SOMEBODY = """
    collega collegaatje duo-collega duocollega teamleider afdelingsleider leidinggevende directeur directrice
    rector conrector mentor coach docent docente leraar lerares juf meester meneer mevrouw conciërge stagiair
    stagiaire leerling mentorkind vader moeder ouder opa oma broer zus zoon dochter colleague teacher miss
    headteacher principal pupil student father mother parent
"""
_SHORT = "dhr mevr mw mr mrs ms dr"
_NO_NAMES = """
    nederlands engels frans duits spaans latijn grieks wiskunde natuurkunde scheikunde biologie geschiedenis
    aardrijkskunde economie muziek tekenen techniek gym filosofie maatschappijleer informatica mavo havo vwo vmbo
    mbo hbo gymnasium atheneum isk onderbouw bovenbouw middenbouw dutch english french german spanish latin greek
    maths history geography economics music art physics chemistry biology ik hij zij we wij i
"""
"""With a capital after such a word, and nobody's name."""
_NOBODY = frozenset(_NO_NAMES.split())
_NAMED = re.compile(
    rf"\b(?i:{'|'.join(_SOMEBODY.split())}|(?:{'|'.join(_SHORT.split())})\.?)"
    r"[ \t]+((?:[A-ZÀ-Þ]\. ?)*[A-ZÀ-Þ][a-zß-ÿ’']+(?:-[A-ZÀ-Þ]?[a-zß-ÿ]+)*)"
)
SHORTEST = 2


def say_role(name: str) -> str:
    """What somebody is told who named somebody."""
    return _("Write a role instead of “%(name)s”, such as: a colleague of my team.", name=name)


def list_names(scope: Scope) -> list[str]:
    """The full names of who is in one of the viewer's circles; their own not. One query."""
    found = scope.rows(_MEMBERS, {"circles": scope.relations.circle_ids, "day": scope.today})
    return sorted({row.name for row in found} - {scope.me.name})


def find_names(text: str, members: Iterable[str] = ()) -> list[str]:
    """The obvious names of people in a text, in the order in which they come, each once.

    A first name counts as it is written, with its capital: “roos” is a flower.
    """
    found: dict[str, int] = {}
    for named in _NAMED.finditer(text):
        if named[1].lower() not in _NOBODY:
            found.setdefault(named[1], named.start(1))
    for name in members:
        first = name.split()[0] if name.split() else ""
        for one, flags in ((name, re.IGNORECASE), (first, 0)):
            match = re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, flags) if len(one) >= SHORTEST else None
            if match is not None:
                found.setdefault(match[0], match.start())
                break
    return sorted(found, key=lambda one: found[one])
