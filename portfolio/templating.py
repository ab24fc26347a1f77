"""What templates can use, and what makes them quick: cheap calls, drawings made once, addresses from patterns.

A page calls some three hundred macros and functions and has fifty addresses, so what each costs is what a page costs.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from flask import g
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup
from werkzeug.routing import Map

from portfolio import i18n
from portfolio.menu import list_lines
from portfolio.preview import find_preview, view_as_url
from portfolio.ribbon import draw_ribbon
from portfolio.web import once_token, theme_name, this_app

if TYPE_CHECKING:
    from portfolio.app import App

_ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
REMEMBERED = 2000


class QuickContext(Context):
    """Jinja's context; calls of macros and plain functions skip the questions whose answer their type gives."""

    @internalcode
    def call(self, found: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls."""
        kind = type(found)
        if kind is Macro:
            if kwargs:
                kwargs.pop("_block_vars", None)
                kwargs.pop("_loop_vars", None)
            return found(self.eval_ctx, *args, **kwargs)
        if kind is FunctionType and not found.__dict__:
            if kwargs:
                kwargs.pop("_block_vars", None)
                kwargs.pop("_loop_vars", None)
            return found(*args, **kwargs)
        return super().call(found, *args, **kwargs)


class QuickTemplate(Template):
    """Jinja's template; what it exports is the same for every import, because all templates have the same globals.

    Jinja compares the two sets of globals, name by name, at each of a page's ten imports.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module if self._module is not None else super()._get_default_module()


def remembered(macro: Macro) -> Callable[..., Markup]:
    """`{% set mark = remembered(draw) %}`: a macro whose result depends on its arguments alone, made once for each.

    Only texts are remembered by; with any other argument (a lazy translation) it is made anew.
    """
    known: dict[tuple[str | None, ...], Markup] = {}

    def call(name: str | None = None, hue: str | None = None, label: Any = None) -> Markup:
        key = (name, hue, label)
        if label is not None and type(label) is not str:
            return Markup(macro(name, hue, label))  # noqa: S704 - a macro escapes what it prints
        found = known.get(key)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[key] = Markup(macro(name, hue, label))  # noqa: S704
        return found

    return call


class Addresses:
    """Paths of views by pattern, made once from the rules: Flask's own way costs five times as much."""

    def __init__(self, rules: Map) -> None:
        self._patterns: dict[str, tuple[str, tuple[str, ...]]] = {}
        several = set()
        for rule in rules.iter_rules():
            if rule.endpoint in self._patterns or rule.defaults or "%" in rule.rule:
                several.add(rule.endpoint)
            self._patterns[rule.endpoint] = (_ARGUMENT.sub("%s", rule.rule), tuple(_ARGUMENT.findall(rule.rule)))
        for endpoint in several:
            del self._patterns[endpoint]

    def find(self, endpoint: str, values: dict[str, Any]) -> str | None:
        """The path of a view; None when it takes more than putting ids and names in their places."""
        known = self._patterns.get(endpoint)
        if known is None or len(values) != len(known[1]):
            return None
        parts = []
        for name in known[1]:
            value = values.get(name)
            if type(value) is not uuid.UUID and not (type(value) is str and _PLAIN.fullmatch(value)):
                return None
            parts.append(str(value))
        return known[0] % tuple(parts)


def set_up_templates(app: App) -> None:
    """What every template can use: words, addresses, days, the menu, and what our renderer made."""
    env = app.jinja_env
    env.context_class, env.template_class = QuickContext, QuickTemplate
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        _=i18n.gettext,
        gettext=i18n.gettext,
        ngettext=i18n.ngettext,
        nav_items=list_lines,
        preview=find_preview,
        view_as_url=view_as_url,
        static_url=static_url,
        csrf_token=csrf_token,
        once_token=once_token,
        remembered=remembered,
        draw_ribbon=draw_ribbon,
        url_for=lambda endpoint, **values: app.url_for(endpoint, **values),
        stored_html=stored_html,
        is_demo=lambda: app.is_demo,
    )
    env.filters.update(day=i18n.show_day, instant=i18n.show_instant, school_year=i18n.show_school_year)
    env.filters.update(listed=i18n.show_list, size=i18n.show_size)

    @app.context_processor
    def every_page() -> dict[str, Any]:
        scope = g.get("scope")
        signed_in = scope is not None and scope.viewer is not None
        return {"language": i18n.language(), "scope": scope if signed_in else None, "today": scope and scope.today}


def static_url(path: str) -> str:
    """Address of a static file of the reader's theme, with a hash so that it can be kept for ever."""
    themes, name = this_app().themes, theme_name()
    return f"/static/{name}/{themes.static_hash(name, path)}/{path}"


def csrf_token() -> str:
    """The proof against forgery that a form carries; signed once for a page."""
    known: str | None = g.get("csrf_token")
    return known or str(generate_csrf())


def stored_html(html: str | None) -> Markup:
    """HTML that our renderer made and sanitised, as it may stand in a page."""
    return Markup(html or "")  # noqa: S704 - only ever called with the renderer's own output
