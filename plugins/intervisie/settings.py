"""What a school sets when it switches this on: how long a case stays open to the group, and methods of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from portfolio_plugins.intervisie.methods import (
    ADVICE,
    LISTENING,
    LONGEST_STEP,
    MARKING,
    POSITIONS,
    QUESTIONS,
    REFORMULATE,
    TAKE_AWAY,
    Both,
    Method,
    MethodStep,
)

from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.fields import Choice, Rows
from portfolio.entries.kinds import field
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

NAME = "intervisie"
WORDS = {
    "standpunten": POSITIONS, "positions": POSITIONS,
    "luisteren": LISTENING, "listening": LISTENING,
    "vragen": QUESTIONS, "questions": QUESTIONS,
    "waarderen": MARKING, "marking": MARKING,
    "herformuleren": REFORMULATE, "reformulate": REFORMULATE,
    "advies": ADVICE, "advice": ADVICE,
    "meenemen": TAKE_AWAY, "take away": TAKE_AWAY,
}  # fmt: skip
"""What a school may write after a step, in Dutch or English."""
MOST_STEPS = 60


class MethodRows(Rows):
    """The steps of a school's own methods: a row for each step, with the name of its method."""

    def __init__(self) -> None:
        super().__init__(
            columns=(
                ("method", _l("Method of the session")),
                ("nl", _l("Step, in Dutch")),
                ("en", _l("Step, in English")),
                ("minutes", _l("Minutes")),
                ("asks", _l("What it asks")),
            ),
            most=MOST_STEPS,
        )

    def _problems(self, rows: list[dict[str, str]]) -> Any:
        """As of any rows; and two methods that only differ in what a code leaves out, so that one would be lost."""
        names: dict[str, str] = {}
        for name in (row["method"] for row in rows if row.get("method")):
            if names.setdefault(_code(name), name) != name:
                one = names[_code(name)]
                return _l(
                    "“%(one)s” and “%(other)s” are too much alike. Write the same name, or quite another.",
                    one=one,
                    other=name,
                )
        return super()._problems(rows)

    def problem(self, row: Mapping[str, str]) -> Any:
        """A step without a method, a name or minutes, or that asks what nobody knows."""
        step = row.get("nl") or row.get("en")
        if not row.get("method"):
            return _l("Say of each step which method it is of.")
        if not step:
            return _l("A step of “%(method)s” has no name.", method=row["method"])
        minutes = row.get("minutes", "")
        if not re.fullmatch(r"[0-9]{1,3}", minutes, re.ASCII) or not 0 < int(minutes) <= LONGEST_STEP:
            return _l(
                "“%(step)s” takes how many minutes? Write a number from 1 to %(most)s.", step=step, most=LONGEST_STEP
            )
        for word in _words(row.get("asks", "")):
            if word not in WORDS:
                return _l(
                    "“%(word)s” is nothing a step can ask. It can be: standpunten, luisteren, vragen, waarderen,"
                    " herformuleren, advies, meenemen.",
                    word=word,
                )
        return None


class Settings(CohortSettings):
    """What a school sets when it switches this on."""

    defaults = {"days": "14"}  # noqa: RUF012  # read-only from here on

    days: Choice = field(
        _l("How long after a session does a case stay open to the group?"),
        help=_l("Then its text closes for the others. It stays its writer's own, and what each took away stays too."),
        choices=(("7", _l("A week")), ("14", _l("Two weeks")), ("28", _l("Four weeks"))),
    )
    methods: MethodRows = field(
        _l("Methods of your own"),
        help=_l(
            "The ten well-known methods are there already. For another one: a row for each step, with the same name"
            " of the method. What a step asks is one or more of: standpunten, luisteren, vragen, waarderen,"
            " herformuleren, advies, meenemen; with commas in between, or nothing."
        ),
        required=False,
    )


def read_settings(scope: Scope) -> tuple[int, list[Method]]:
    """The days a case stays open after a session, and the school's own methods. One query."""
    found = scope.settings_for(NAME, Settings)
    return int(found["days"]), own_methods(found["methods"])


def own_methods(rows: Sequence[Mapping[str, str]]) -> list[Method]:
    """The methods that a school's rows tell, in the order of their first step."""
    steps: dict[str, list[MethodStep]] = {}
    for row in rows:
        of_method = steps.setdefault(row["method"], [])
        title = Both(row["nl"] or row["en"], row["en"] or row["nl"])
        words = [WORDS[word] for word in _words(row["asks"])]
        code, asks = f"step_{len(of_method) + 1}", tuple(dict.fromkeys(words))
        of_method.append(MethodStep(code, title, minutes=int(row["minutes"]), asks=asks))
    return [Method(f"own_{_code(name)}", Both(name, name), tuple(found)) for name, found in steps.items()]


def _words(text: str) -> list[str]:
    return [word for part in text.lower().split(",") if (word := " ".join(part.split()))]


def _code(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "method"
