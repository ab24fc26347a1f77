"""What somebody types in the form of any kind: an example made from the kind's own fields."""

from __future__ import annotations

from typing import Any

from portfolio.entries.inputs import ChoiceInput, ChoicesInput, DayInput, LineInput, LinesInput, ProseInput, RowsInput
from portfolio.entries.kinds import Kind

DAY = "2024-05-06"
WORDS = "Wat ik zag"
URL = "https://voorbeeld.example/verslag"


def example_form(kind: type[Kind], starter: Any = None) -> dict[str, Any]:
    """A filled form for a new entry of `kind`, as a browser would send it."""
    form = kind.form_class(starter)(formdata=None, meta={"csrf": False})
    found: dict[str, Any] = {"seen": "0"}
    for part in form:
        found |= _typed(part)
    return found | {"title": f"Een {kind.name}"}


def _typed(part: Any) -> dict[str, Any]:
    if isinstance(part, DayInput):
        return {part.name: DAY}
    if isinstance(part, ChoicesInput):
        return {part.name: [_first_code(part)]}
    if isinstance(part, ChoiceInput):
        return {part.name: _first_code(part)}
    if isinstance(part, RowsInput):
        return {f"{part.name}-0-{code}": URL if code == "url" else WORDS for code, _label in part.columns}
    if isinstance(part, (LineInput, LinesInput, ProseInput)):
        return {part.name: WORDS}
    return {}


def _first_code(part: Any) -> str:
    codes = [choice.value if hasattr(choice, "value") else choice[0] for choice in part.choices]
    return str(next(code for code in codes if code))
