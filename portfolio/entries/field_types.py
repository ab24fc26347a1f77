"""What every type of field is: one class with six faces, of which a kind needs to know only one name.

To add a type, subclass `FieldType` and say: its value as pydantic validates it, which is also how it is kept, exported
and imported (plain JSON); its form; its fact on the page; the texts that are compared; its words for search.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from portfolio.entries.inputs import Needed

if TYPE_CHECKING:
    from portfolio.contributions import Starter


LINE_LENGTH = 200
CODE = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)


@dataclass(frozen=True)
class FieldSpec:
    """One declared field of a kind."""

    name: str
    label: Any
    help: Any
    type: FieldType
    required: bool


@dataclass(frozen=True)
class Shown:
    """One fact on the page. `shape` says how to set it: prose, line, lines, choice, day, rows or links.

    Of links the value is pairs of words and address; of rows each row is pairs of column and text, without empty ones.
    """

    name: str
    label: Any
    shape: str
    value: Any
    html: str = ""


@dataclass(frozen=True)
class Part:
    """A text of a field that is compared with what it was before; a field with steps has one for each."""

    name: str
    label: Any
    text: str


class FieldType(ABC):
    """What a field can be. Values are plain JSON and never None."""

    has_words: ClassVar[bool] = True
    """Somebody types it. Choices, days and codes have no words of their own: there is nothing to guard or to find."""

    def empty(self) -> Any:
        """The value of a field that was left empty."""
        return ""

    @abstractmethod
    def annotation(self) -> Any:
        """The type as pydantic validates it: cleans, and refuses what a form would refuse."""

    @abstractmethod
    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        """The WTForms fields, by name; mostly one."""

    def from_form(self, name: str, data: Mapping[str, Any], before: Any) -> Any:
        """The value that was filled in. What the form doesn't show stays as it was `before`."""
        return data.get(name, before)

    def form_data(self, name: str, value: Any) -> dict[str, Any]:
        """What to fill the form with, by name of the form's field."""
        return {name: value}

    @abstractmethod
    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        """The facts on the page; not called for an empty value."""

    def parts(self, spec: FieldSpec, value: Any, starter: Starter | None) -> tuple[Part, ...]:
        """The texts to compare."""
        return (Part(spec.name, spec.label, self.text(value)),)

    def text(self, value: Any) -> str:
        """The value as readable text, in the reader's language."""
        return str(value)

    def search_text(self, value: Any) -> str:
        """The words that somebody wrote here. Choices and days have none: they are filtered, not searched."""
        return ""

    def markdown(self, name: str, value: Any) -> dict[str, str]:
        """The Markdown texts to render, by the key under which the HTML is kept."""
        return {}


def text_type(cleaned: Callable[[str], str], most: int) -> Any:
    """A pydantic type for a text that is cleaned first and then may have at most so many characters."""
    return Annotated[
        str,
        StringConstraints(max_length=most),
        BeforeValidator(lambda value: cleaned(value) if isinstance(value, str) else value),
    ]


def needed(spec: FieldSpec) -> list[Any]:
    """The validator of a field that must be filled in."""
    return [Needed()] if spec.required else []


def refuse(message: Any) -> PydanticCustomError:
    """The error of a value that can't be, with a message for people."""
    return PydanticCustomError("refused", "{message}", {"message": str(message)})


def checked_choices(choices: Any) -> tuple[tuple[str, Any], ...]:
    """The choices of a field. Raises ValueError when a code isn't one, is there twice, or has no label."""
    pairs = tuple(choices)
    if not pairs or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError("choices are pairs of a code and a label")
    codes = [code for code, _label in pairs]
    for code, label in pairs:
        if not isinstance(code, str) or not CODE.fullmatch(code):
            raise ValueError(f"{code!r} is no code: lower-case letters, digits and _")
        if not str(label).strip():
            raise ValueError(f"choice {code!r} has no label")
    if len(set(codes)) < len(codes):
        raise ValueError("two choices have the same code")
    return pairs
