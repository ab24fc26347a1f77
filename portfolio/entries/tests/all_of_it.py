"""A kind with a field of every type, and what a form of it would send."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from portfolio.contributions import Starter, Step
from portfolio.entries.fields import Choice, Choices, Day, Line, Lines, Links, Prose, Rows, StarterCode, Steps
from portfolio.entries.kinds import Kind, field

METHOD = Starter("two", "all_of_it", "Two steps", steps=(Step("b", "First"), Step("a", "Second")))

CHOICES = (("yes", "Yes, really"), ("no", "No"))


class AllOfIt(Kind):
    name = "all_of_it"
    label = "All of it"
    label_plural = "All of it"
    period = "period"
    line: Line | None = field("Line")
    prose: Prose | None = field("Prose")
    lines: Lines | None = field("Lines")
    choice: Choice | None = field("Choice", choices=CHOICES)
    choices: Choices | None = field("Choices", choices=CHOICES)
    day: Day | None = field("Day")
    rows: Rows | None = field("Rows", columns=(("who", "Who"), ("what", "What")))
    urls: Links | None = field("Links")
    method: StarterCode | None = field("Method")
    steps: Steps | None = field("Steps")


FULL = {
    "line": "Een zin",
    "prose": "Een **vet** woord\n\nen meer",
    "lines": ["een", "twee"],
    "choice": "yes",
    "choices": ["yes", "no"],
    "day": "2027-03-01",
    "rows": [{"who": "Lotte", "what": "koffie"}, {"who": "", "what": "stilte"}],
    "urls": [{"label": "Verslag", "url": "https://voorbeeld.example/a?b=1"}],
    "method": "two",
    "steps": {"a": "laatst", "b": "*eerst*", "gone": "oud"},
}


def posted(draft_data: dict) -> MultiDict:
    """What a browser would send for a form that was filled with this data."""
    form = AllOfIt.form_class(METHOD)(formdata=None, data=draft_data, meta={"csrf": False})
    sent = MultiDict()
    for part in form:
        if part.name in ("choices",):
            sent.setlist(part.name, list(part.data))
        elif part.name in ("rows", "urls"):
            for index, row in enumerate(part.data):
                for code, text in row.items():
                    sent.add(f"{part.name}-{index}-{code}", text)
        elif part.name == "choice":
            sent.add(part.name, part.data)
        else:
            sent.add(part.name, part._value().replace("\n", "\r\n"))
    return sent


def fill(sent: MultiDict):
    return AllOfIt.form_class(METHOD)(sent, meta={"csrf": False})


BASE = {"title": "Titel", "happened_on": "2026-05-01"}


def errors_of(**sent) -> dict:
    form = fill(MultiDict(BASE | sent))
    form.validate()
    return form.errors
