"""What is declared with fields, once: kinds of entry, and what a school sets when it switches a plugin on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from portfolio.entries.declaring import declared_fields
from portfolio.entries.field_types import FieldSpec, Shown
from portfolio.entries.inputs import too_long
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.markdown import OwnImage, render

if TYPE_CHECKING:
    from portfolio.contributions import Starter


class Declared:
    """A class whose body declares fields; a subclass has the fields of what it derives from first."""

    fields: ClassVar[tuple[FieldSpec, ...]] = ()
    model: ClassVar[type[BaseModel]] = BaseModel

    @classmethod
    def declare(cls, base: type, form: type) -> None:
        """Collect the fields of this class; nothing that `base` or `form` has is a field's name. Raises KindError."""
        own = declared_fields(cls, base, form)
        for name, spec in own.items():
            setattr(cls, name, spec.type)
        cls.fields = tuple(({spec.name: spec for spec in cls.fields} | own).values())
        columns: dict[str, Any] = {
            f"field_{spec.name}": (spec.type.annotation(), Field(default_factory=spec.type.empty, alias=spec.name))
            for spec in cls.fields
        }
        config = ConfigDict(extra="forbid", strict=True, serialize_by_alias=True)
        cls.model = create_model(f"{cls.__name__}Content", __config__=config, **columns)

    @classmethod
    def empty(cls) -> dict[str, Any]:
        """Content with every field empty."""
        return {spec.name: spec.type.empty() for spec in cls.fields}

    @classmethod
    def validate(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content as it is kept: cleaned, complete and nothing else. Raises Refused, with a message per field."""
        try:
            return cls.model.model_validate(dict(content), strict=True).model_dump()
        except ValidationError as error:
            raise Refused(_messages(error)) from error
        except (TypeError, ValueError) as error:
            raise Refused(_("This text can't be read.")) from error

    @classmethod
    def html(cls, content: Mapping[str, Any], own_image: OwnImage | None = None) -> dict[str, str]:
        """Safe HTML of each Markdown text, by field name, or `field.step` for a step."""
        texts: dict[str, str] = {}
        for spec in cls.fields:
            texts |= spec.type.markdown(spec.name, content.get(spec.name, spec.type.empty()))
        return {name: render(text, own_image=own_image) for name, text in texts.items() if text}

    @classmethod
    def show(
        cls, content: Mapping[str, Any], html: Mapping[str, str], starter: Starter | None = None
    ) -> tuple[Shown, ...]:
        """The facts for the page in the order of the fields; what is empty is left out."""
        return tuple(
            shown
            for spec in cls.fields
            if content.get(spec.name)
            for shown in spec.type.show(spec, content[spec.name], html, starter)
        )


def _messages(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in error.errors(include_url=False, include_input=False):
        name = str(part["loc"][0]) if part["loc"] else ""
        if part["type"] == "refused":
            message = str(part["ctx"]["message"])
        elif part["type"] == "string_too_long":
            message = too_long(part["ctx"]["max_length"])
        elif part["type"] == "extra_forbidden":
            message = _("This kind of entry has no such field.")
        else:
            message = _("This can't be read here.")
        found.setdefault(name, message)
    return found
