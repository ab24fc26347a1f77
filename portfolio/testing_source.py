"""What the plugin contract looks for: imports, words without a translation, ways from a table to a person."""

from __future__ import annotations

import ast
import types
import uuid
from pathlib import Path
from typing import Any

from portfolio.db import Base
from portfolio.entries.kinds import Kind
from portfolio.i18n import LazyText
from portfolio.testing import post

OWN_WORDS = ("title", "label", "text", "question", "note", "what", "purpose", "readers", "kept", "help")


def imported(path: Path) -> list[str]:
    """Every name a file imports, with the module it is from."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found += [f"{node.module}.{one.name}" for one in node.names]
    return found


def plain_words(thing: Any) -> list[str]:
    """Words that people read in a kind, starter or fact, and that no translation can change."""
    if isinstance(thing, type) and issubclass(thing, Kind):
        own = [thing.label, thing.label_plural, thing.title_label, thing.title_help, thing.day_label, thing.day_help]
        own += [words for spec in thing.fields for words in (spec.label, spec.help)]
        own += [state.label for state in thing.states]
        own += [words for link in thing.links for words in (link.label, link.reverse_label)]
        own += [label for spec in thing.fields for _, label in getattr(spec.type, "choices", ())]
    else:
        own = [getattr(thing, name) for name in OWN_WORDS if hasattr(thing, name)]
        own += [words for step in getattr(thing, "steps", ()) for words in (step.label, step.help)]
    return [words for words in own if words and not isinstance(words, LazyText)]


def reaches(name: str, ends: set[str], seen: set[str]) -> bool:
    """Whether rows of a table go with a row of one of `ends`."""
    if name in ends:
        return True
    keys = [key for key in Base.metadata.tables[name].foreign_keys if key.ondelete == "CASCADE"]
    parents = {key.column.table.name for key in keys if not key.parent.nullable} - seen
    return any(reaches(parent, ends, seen | parents) for parent in parents)


def any_value(rule: Any, name: str) -> Any:
    """A value for a part of an address that only this plugin knows."""
    kind = type(rule._converters[name]).__name__
    return {"UUIDConverter": uuid.uuid4(), "IntegerConverter": 1, "FloatConverter": 1.0}.get(kind, "x")


def send(client: Any, method: str, address: str) -> Any:
    """As `post`, by another method."""
    answers: list[Any] = []
    post(types.SimpleNamespace(
        get=client.get, session_transaction=client.session_transaction, application=client.application,
        post=lambda url, data: answers.append(client.open(url, method=method, data=data)),
    ), address)  # fmt: skip
    return answers[0]
