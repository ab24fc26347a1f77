"""What a school may set when it switches a plugin on in a cohort, declared with the same fields as a kind.

    class Herons(CohortSettings):
        defaults = {"how_many": "two"}
        how_many: Choice = field(_l("How many herons"), choices=(("one", _l("One")), ("two", _l("Two"))))

The form, its messages and what is kept come from that. The plugin asks `scope.settings_for(name, Herons)["how_many"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from portfolio.entries.declared import Declared
from portfolio.entries.declaring import KindError
from portfolio.entries.forms import EntryForm
from portfolio.errors import Refused

PERIOD = frozenset({"since", "last_day"})
"""Names of what stands above the settings in the form to switch a plugin on."""


class CohortSettings(Declared):
    """The settings of a plugin in a cohort. Every field that is needed has a default."""

    defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """What counts where nobody set anything, by name of the field."""

    def __init_subclass__(cls) -> None:
        """Collect the fields, and refuse what can't work. Raises KindError."""
        cls.declare(CohortSettings, EntryForm)
        for name in PERIOD & {spec.name for spec in cls.fields}:
            raise KindError(f"{cls.__name__}: a field can't be called {name!r}")
        try:
            cls.defaults = MappingProxyType(cls.validate(cls.defaults))
        except Refused as refused:
            raise KindError(f"{cls.__name__}: its defaults can't be kept: {refused.errors}") from refused
        for spec in cls.fields:
            if spec.required and not cls.defaults[spec.name]:
                raise KindError(f"{cls.__name__}.{spec.name} has no default")

    @classmethod
    def read(cls, kept: Any) -> dict[str, Any]:
        """What counts, given what was kept once: a field that has changed since, or went, has its default."""
        known = {spec.name: spec for spec in cls.fields}
        found = dict(cls.defaults)
        for name, value in kept.items() if isinstance(kept, Mapping) else ():
            if name not in known:
                continue
            try:
                read = cls.validate({name: value})[name]
            except Refused:
                continue
            if read or not known[name].required:
                found[name] = read
        return found

    @classmethod
    def form_data(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What to fill the form with."""
        data: dict[str, Any] = {}
        for spec in cls.fields:
            data |= spec.type.form_data(spec.name, settings[spec.name])
        return data

    @classmethod
    def from_form(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that a valid form holds. Raises Refused, with a message per field."""
        return cls.validate(
            {spec.name: spec.type.from_form(spec.name, data, cls.defaults[spec.name]) for spec in cls.fields}
        )
