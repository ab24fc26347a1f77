"""What makes templates quick gives the same as what it stands in for."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def _value(converter: Any) -> Any:
    if type(converter).__name__ == "UUIDConverter":
        return ID
    if type(converter).__name__ == "IntegerConverter":
        return 7
    return sorted(converter.items)[0] if hasattr(converter, "items") else "goals"


def test_an_address_from_its_pattern_is_flasks_own(app: Any) -> None:
    quick = 0
    with app.test_request_context("/"):
        for rule in app.url_map.iter_rules():
            values = {name: _value(converter) for name, converter in rule._converters.items()}
            assert app.url_for(rule.endpoint, **values) == Flask.url_for(app, rule.endpoint, **values)
            quick += app.addresses.find(rule.endpoint, values) is not None
        assert quick > 40
        assert app.url_for("entries.index", portfolio=ID, section="goals", page=2).endswith("/goals/?page=2")
        odd = {"portfolio": ID, "section": "a/b ?"}
        assert app.url_for("entries.index", **odd) == Flask.url_for(app, "entries.index", **odd)


def test_a_mark_drawn_before_is_the_same_and_safe(app: Any) -> None:
    with app.test_request_context("/"):
        module = app.themes.environment("base", app.jinja_env).get_template("macros/marks.html").module
        first, again = module.mark("goal", "goals", "<b>"), module.mark("goal", "goals", "<b>")
        assert first is again
        assert first == module.draw("goal", "goals", "<b>")
        assert "<b>" not in first and 'aria-label="&lt;b&gt;"' in first
        assert module.mark("goal") != first
