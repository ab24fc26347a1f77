"""The form of a case asks for a role where somebody is named, at the field; the text stays as it was typed.

It stands at the form, not at the kind: what was written elsewhere comes back from an archive as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import has_request_context
from portfolio_plugins.intervisie.naming import find_names, list_names, say_role

from portfolio.entries.forms import EntryForm
from portfolio.web import this_scope

FIELDS = ("title", "context", "tried", "feeling", "people", "new_question")


@lru_cache(maxsize=16)
def guarded(form: type[EntryForm]) -> type[EntryForm]:
    """The same form, that refuses obvious names of people."""

    class GuardedForm(form):  # type: ignore[valid-type, misc]
        def validate(self, extra_validators: Any = None) -> bool:
            """Look for names too, so that everything that is wrong is told at once."""
            fine: bool = super().validate(extra_validators)
            members = list_names(this_scope()) if has_request_context() else []
            for name in FIELDS:
                typed = self[name].data or ""
                text = "\n".join(typed) if isinstance(typed, list) else typed
                found = find_names(text, members)
                if found:
                    self[name].errors = [*self[name].errors, say_role(found[0])]
                    fine = False
            return fine

    GuardedForm.__name__ = f"Guarded{form.__name__}"
    return GuardedForm
