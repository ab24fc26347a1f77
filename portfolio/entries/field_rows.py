"""Fields of rows: several short texts that belong together, such as the name and the address of a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator
from wtforms import ValidationError

from portfolio.entries.field_types import (
    LINE_LENGTH,
    FieldSpec,
    FieldType,
    Shown,
    checked_choices,
    needed,
    refuse,
    text_type,
)
from portfolio.entries.inputs import RowsInput, clean_line
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.contributions import Starter

MOST_ROWS = 20
URL_LENGTH = 2_000


class Rows(FieldType):
    """Rows of short texts, such as a name with what it stands for. A row without any text isn't kept."""

    shape = "rows"

    def __init__(self, *, columns: tuple[tuple[str, Any], ...], most: int = MOST_ROWS) -> None:
        self.columns = checked_choices(columns)
        self.most = most

    def empty(self) -> Any:
        return []

    def length(self, column: str) -> int:
        """How many characters fit in a column."""
        return LINE_LENGTH

    def problem(self, row: Mapping[str, str]) -> Any:
        """What is wrong with a row, or None."""
        return None

    def annotation(self) -> Any:
        longest = max(self.length(code) for code, _label in self.columns)
        return Annotated[list[dict[str, text_type(clean_line, longest)]], AfterValidator(self._kept)]  # type: ignore[misc]

    def _kept(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        codes = [code for code, _label in self.columns]
        kept = [{code: row.get(code, "") for code in codes} for row in rows if any(row.values())]
        message = self._problems(kept)
        if message is None and any(set(row) - set(codes) for row in rows):
            message = _l("There is a column here that nobody knows.")
        if message is not None:
            raise refuse(message)
        return kept

    def _problems(self, rows: list[dict[str, str]]) -> Any:
        if len(rows) > self.most:
            return _l("At most %(most)s lines fit here.", most=self.most)
        for row in rows:
            for code, text in row.items():
                if len(text) > self.length(code):
                    return _l("One of the lines is longer than %(most)s characters.", most=self.length(code))
            if (message := self.problem(row)) is not None:
                return message
        return None

    def _check(self, form: Any, field: Any) -> None:
        if (message := self._problems(field.data)) is not None:
            raise ValidationError(str(message))

    def form_fields(self, spec: FieldSpec, starter: Starter | None) -> dict[str, Any]:
        validators = [*needed(spec), self._check]
        return {
            spec.name: RowsInput(spec.label, validators, description=spec.help, columns=self.columns, most=self.most)
        }

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        rows = tuple(tuple((label, row[code]) for code, label in self.columns if row[code]) for row in value)
        return (Shown(spec.name, spec.label, self.shape, rows),)

    def text(self, value: Any) -> str:
        return "\n".join(" | ".join(row[code] for code, _label in self.columns if row[code]) for row in value)

    def search_text(self, value: Any) -> str:
        return self.text(value)


class Links(Rows):
    """Addresses on the web, each with a name if the writer gave one."""

    shape = "links"

    def __init__(self, *, most: int = MOST_ROWS) -> None:
        super().__init__(columns=(("label", _l("What it is")), ("url", _l("Address (https://…)"))), most=most)

    def length(self, column: str) -> int:
        return URL_LENGTH if column == "url" else LINE_LENGTH

    def problem(self, row: Mapping[str, str]) -> Any:
        if not row["url"]:
            return _l("“%(label)s” has no address.", label=row["label"])
        if not _is_web_address(row["url"]):
            return _l("“%(url)s” is no address on the web. It begins with https:// or http://.", url=row["url"][:100])
        return None

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        links = tuple((row["label"] or row["url"], row["url"]) for row in value)
        return (Shown(spec.name, spec.label, self.shape, links),)


def _is_web_address(url: str) -> bool:
    if re.search(r"[\s<>\"'`\\{}|^]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
