"""Addresses are worked out once for all applications of a test run: each test makes its own.

For each rule of each application werkzeug writes and compiles the two functions that build an address, which was half
of what an application costs. They follow from the rule's own text alone, so equal rules may share them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_KNOWN: dict[tuple[Any, ...], Callable[..., Any]] = {}
_write = Rule._compile_builder


def write_rules_once() -> None:
    """Have equal rules share the functions that build their addresses, from here on."""
    Rule._compile_builder = _find_or_write  # type: ignore[method-assign, assignment]


def _find_or_write(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:  # noqa: FBT001, FBT002
    if rule.defaults:  # their values may be of any kind
        return _write(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _KNOWN:
        _KNOWN[key] = _write(rule, append_unknown)
    return _KNOWN[key]
