"""Conditions on a column that is among many values: one parameter, however many there are, on both databases.

A statement keeps one text, so that SQLAlchemy compiles it and PostgreSQL prepares it only once.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Boolean, Dialect, Text, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Many(TypeDecorator[Sequence[Any]]):
    """Many values as one parameter: an array on PostgreSQL, a JSON list on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        found = list(value or ())
        if dialect.name == "postgresql":
            return found
        return json.dumps([item.hex if isinstance(item, uuid.UUID) else item for item in found])


class any_of(FunctionElement[bool]):  # noqa: N801 - reads as an operator
    """`any_of(column, ids(...))` or `names(...)`: the column is among those of that parameter.

    One statement text however many there are, so that it is compiled and prepared only once.
    """

    inherit_cache = True
    type = Boolean()
    name = "any_of"

    def self_group(self, against: Any = None) -> Any:
        """A predicate as it stands: the default would compare it with 1 on SQLite, which loses the index."""
        return self


class none_of(any_of):  # noqa: N801 - reads as an operator
    """`none_of(column, ids(...))`: the column is not among them (and not NULL)."""

    inherit_cache = True
    name = "none_of"


@compiles(any_of, "postgresql")
def _any_of_postgresql(element: any_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"({compiler.process(column, **kw)} = ANY({compiler.process(values, **kw)}))"


@compiles(none_of, "postgresql")
def _none_of_postgresql(element: none_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"({compiler.process(column, **kw)} <> ALL({compiler.process(values, **kw)}))"


@compiles(any_of, "sqlite")
def _any_of_sqlite(element: any_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"({compiler.process(column, **kw)} IN (SELECT value FROM json_each({compiler.process(values, **kw)})))"


@compiles(none_of, "sqlite")
def _none_of_sqlite(element: none_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"({compiler.process(column, **kw)} NOT IN (SELECT value FROM json_each({compiler.process(values, **kw)})))"


def ids(name: str) -> BindParameter[Any]:
    """A parameter that takes a sequence of ids, for `any_of`."""
    return bindparam(name, type_=Many(Uuid()))


def names(name: str) -> BindParameter[Any]:
    """A parameter that takes a sequence of machine words, for `any_of`."""
    return bindparam(name, type_=Many(Text()))
