"""What is shown when there is no page: not there, not allowed, too often, forged, broken."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import g, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portfolio import i18n, once
from portfolio.errors import NotAllowed, NotVisible, TooManyAttempts
from portfolio.people.switching import note_failure
from portfolio.web import guest_language, render

if TYPE_CHECKING:
    from portfolio.app import App

HIDDEN = frozenset({"csrf_token", once.FIELD})
"""Fields of our forms in which nobody types."""
log = logging.getLogger("portfolio")


def signed_out_page(*, expired: bool = False) -> str:
    """For who sent a form and isn't signed in any more, or whose form has `expired`: what they typed, to be copied."""
    typed = [(name, value) for name, value in request.form.items() if name not in HIDDEN and len(value) > 20]
    return render("people/signed_out.html", typed=typed, expired=expired)


def register_errors(app: App, end_of_request: Callable[[BaseException | None], None]) -> None:
    """The pages of every refusal and failure. `end_of_request` gives up what a failed page had open."""

    def page(code: int, **more: Any) -> Any:
        if "scope" not in g or g.scope is None:
            i18n.set_language(guest_language())
        return render("error.html", code=code, **more), code

    @app.errorhandler(NotVisible)
    def not_visible(error: NotVisible) -> Any:
        return page(404)

    @app.errorhandler(NotAllowed)
    def not_allowed(error: NotAllowed) -> Any:
        return page(403)

    @app.errorhandler(TooManyAttempts)
    def too_many(error: TooManyAttempts) -> Any:
        body, code = page(429, minutes=max(1, round(error.seconds / 60)))
        return body, code, {"Retry-After": str(error.seconds)}

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Any:
        return signed_out_page(expired=True), 400

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        code = error.code or 500
        if code < 400:
            return error
        body, code = page(code)
        return body, code, [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After")]

    if not app.settings.testing:

        @app.errorhandler(Exception)
        def broken(error: Exception) -> Any:
            # Neither message nor values: they may quote what a person wrote.
            where, name = "".join(traceback.format_tb(error.__traceback__)), type(error).__name__
            log.error("a page failed: %s %s: %s\n%s", request.method, request.endpoint, name, where)
            plugin, scope = str(request.endpoint).partition(".")[0], g.get("scope")
            if scope is not None and plugin in app.registry.list_switchable():
                scope.after.append(partial(note_failure, plugin=plugin, day=scope.today))
            end_of_request(error)
            g.reading = app.database.reading()
            return page(500)
