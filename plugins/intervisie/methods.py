"""The ways to hold a session, as data: those of `methods.toml`, a school's own, and those that other plugins offer.

A session keeps a copy of its method's steps (`frozen`), so that it reads on when the method is gone or changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from portfolio.contributions import Starter
from portfolio.i18n import language, speaking
from portfolio.i18n import lazy_gettext as _l

KIND = "intervisie_method"
"""Of a `Starter` by which another plugin offers a method."""

POSITIONS, LISTENING, QUESTIONS, MARKING = "positions", "listening", "questions", "marking"
REFORMULATE, ADVICE, TAKE_AWAY = "reformulate", "advice", "take_away"
ASKS = (POSITIONS, LISTENING, QUESTIONS, MARKING, REFORMULATE, ADVICE, TAKE_AWAY)
"""What a step can ask: written positions that are opened together; a case owner who only listens; questions; that the
case owner marks these; the question anew; advice; a take-away of everybody."""

SPEAKS = {
    "all": _l("everybody"),
    "group": _l("the group"),
    "owner": _l("the case owner"),
    "facilitator": _l("the facilitator"),
    "pairs": _l("in small groups"),
    "writing": _l("silence: everybody writes"),
}
"""Who speaks in a step, in words."""
LONGEST_STEP = 240
"""Minutes."""


@dataclass(frozen=True)
class Both:
    """A text in Dutch and in English; it is shown in the reader's language, as far as it is there."""

    nl: str = ""
    en: str = ""

    def __str__(self) -> str:
        return (self.en or self.nl) if language() == "en" else (self.nl or self.en)


@dataclass(frozen=True)
class MethodStep:
    """One step: its name, what to do, for how many minutes, who speaks and what it asks (of ASKS)."""

    code: str
    title: Both
    help: Both = Both()
    minutes: int = 0
    speaks: str = "all"
    asks: tuple[str, ...] = ()

    @property
    def speakers(self) -> Any:
        """Who speaks, in words."""
        return SPEAKS.get(self.speaks, "")


@dataclass(frozen=True)
class Method:
    """A way to hold a session."""

    code: str
    title: Both
    steps: tuple[MethodStep, ...]
    for_whom: Both = Both()
    least: int = 0
    most: int = 0
    """Size of a group; 0 where nobody says."""
    sessions_before: int = 0
    """Advised only to groups that met so many times."""
    consent: bool = False
    """The case owner says beforehand that they want it this way."""
    source: str = ""

    @property
    def minutes(self) -> int:
        """All steps together."""
        return sum(step.minutes for step in self.steps)

    def find_step(self, place: int) -> MethodStep | None:
        """The step at this place, from 0; None before the first and after the last."""
        return self.steps[place] if 0 <= place < len(self.steps) else None

    def with_minutes(self, minutes: Mapping[str, int]) -> Method:
        """The same with other minutes for some of its steps, by code."""
        steps = (replace(step, minutes=minutes.get(step.code, step.minutes)) for step in self.steps)
        return replace(self, steps=tuple(steps))

    def frozen(self) -> dict[str, Any]:
        """As a session keeps it."""
        return asdict(self)


def thaw(kept: Mapping[str, Any]) -> Method:
    """The method as a session kept it; what it doesn't know any more is left out."""
    names = ("code", "least", "most", "sessions_before", "consent", "source")
    known = {name: kept[name] for name in names if name in kept}
    steps = tuple(_step(step) for step in kept.get("steps", ()))
    return Method(title=_both(kept.get("title")), for_whom=_both(kept.get("for_whom")), steps=steps, **known)


def _both(kept: Any) -> Both:
    if isinstance(kept, Mapping):
        return Both(str(kept.get("nl", "")), str(kept.get("en", "")))
    return Both(str(kept or ""))


def _step(kept: Mapping[str, Any]) -> MethodStep:
    return MethodStep(
        code=str(kept["code"]),
        title=_both(kept.get("title")),
        help=_both(kept.get("help")),
        minutes=int(kept.get("minutes", 0)),
        speaks=str(kept.get("speaks", "all")),
        asks=tuple(one for one in ASKS if one in kept.get("asks", ())),
    )


def _bundled() -> tuple[Method, ...]:
    told = tomllib.loads((Path(__file__).parent / "methods.toml").read_text(encoding="utf-8"))
    return tuple(thaw({**one, "steps": one["step"]}) for one in told["method"])


BUNDLED: tuple[Method, ...] = _bundled()
"""Those of `methods.toml`, in its order."""


def from_starter(starter: Starter) -> Method:
    """A method of another plugin: a starter of kind KIND, whose steps say minutes, who speaks and what is asked."""
    said = {}
    for code in ("nl", "en"):
        with speaking(code):
            texts = [(str(step.label), str(step.help)) for step in starter.steps]
            said[code] = (str(starter.title), str(starter.purpose), texts)
    nl, en = said["nl"], said["en"]
    steps = tuple(
        MethodStep(
            step.code,
            Both(nl[2][place][0], en[2][place][0]),
            Both(nl[2][place][1], en[2][place][1]),
            step.minutes,
            step.speaks or "all",
            tuple(one for one in ASKS if one in step.asks),
        )
        for place, step in enumerate(starter.steps)
    )
    return Method(starter.code, Both(nl[0], en[0]), steps, Both(nl[1], en[1]), source=starter.source)


def list_methods(starters: Iterable[Starter] = (), own: Sequence[Method] = ()) -> list[Method]:
    """What a group can choose from: the bundled ones, a school's `own`, and what other plugins offer; a code once."""
    found: dict[str, Method] = {}
    for method in (*BUNDLED, *own, *(from_starter(starter) for starter in starters)):
        found.setdefault(method.code, method)
    return list(found.values())
