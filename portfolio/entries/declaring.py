"""Declaring fields: from `name: Line = field(...)` in the body of a class to the fields of a kind, or a refusal."""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from dataclasses import dataclass
from typing import Any

from portfolio.entries import fields as field_module
from portfolio.entries.field_types import FieldSpec, FieldType

RESERVED = frozenset(
    {"title", "happened_on", "from_on", "until_on", "seen", "csrf_token", "once", "submit", "meta", "form_errors"}
)
"""Names of every form's own fields, and of what a form gets when it's made. Those of kinds and of forms are too."""


class KindError(TypeError):
    """A kind that can't be: the message says which, which field, and why."""


@dataclass(frozen=True)
class _Declared:
    label: Any
    help: Any
    required: bool
    options: dict[str, Any]


def field(label: Any = "", *, help: Any = "", required: bool = True, **options: Any) -> Any:
    """Declare a field of a kind; the annotation says its type, `options` go to that type."""
    return _Declared(label, help, required, options)


def declared_fields(cls: type, base: type, form: type) -> dict[str, FieldSpec]:
    """The fields that a class itself declares, by name, in its order; those of the class it derives from not.

    Nothing that `base` (what all kinds have) or `form` (what all their forms have) has is the name of a field. Raises
    KindError.
    """
    annotations = inspect.get_annotations(cls)
    for name, value in vars(cls).items():
        if isinstance(value, _Declared) and name not in annotations:
            raise KindError(f"{cls.__name__}.{name} doesn't say what it is: `{name}: Line = field(...)`")
    return {
        name: _field_spec(cls, (base, form), name, annotation)
        for name, annotation in annotations.items()
        if isinstance(vars(cls).get(name), _Declared) or not (hasattr(base, name) or "ClassVar" in str(annotation))
    }


def _field_spec(cls: type, others: tuple[type, ...], name: str, annotation: Any) -> FieldSpec:
    where = f"{cls.__name__}.{name}"
    declared = vars(cls).get(name)
    if not isinstance(declared, _Declared) or not str(declared.label or "").strip():
        raise KindError(f"{where} has no label: `= field(_l(...))`")
    taken = name in RESERVED or any(hasattr(other, name) for other in others)
    if taken or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise KindError(f"{where}: a field can't be called {name!r}")
    field_type, optional = _field_type(cls, where, annotation)
    try:
        made = field_type(**declared.options)
    except (TypeError, ValueError) as error:
        raise KindError(f"{where}: {error}") from error
    return FieldSpec(name, declared.label, declared.help, made, declared.required and not optional)


def _field_type(cls: type, where: str, annotation: Any) -> tuple[type[FieldType], bool]:
    """The field's class, and whether `| None` says that it may stay empty."""
    if isinstance(annotation, str):
        names = vars(field_module) | vars(sys.modules[cls.__module__])
        try:
            annotation = eval(annotation, names)  # noqa: S307  # our own source, as typing.get_type_hints does
        except Exception as error:
            raise KindError(f"{where}: {annotation!r} is no type of field") from error
    optional = False
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        optional = len(rest) < len(typing.get_args(annotation))
        annotation = rest[0] if len(rest) == 1 else None
    if not (isinstance(annotation, type) and issubclass(annotation, FieldType)):
        raise KindError(f"{where}: {annotation!r} is no type of field")
    return annotation, optional
