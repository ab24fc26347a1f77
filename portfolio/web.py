"""Small pieces every page uses: the scope of the request, rendering in the reader's theme, headers, guards."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from flask import Request, abort, current_app, g, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from portfolio import i18n, once
from portfolio.db import new_id
from portfolio.demo_guard import is_from_here
from portfolio.scope import Scope

if TYPE_CHECKING:
    from portfolio.app import App

View = TypeVar("View", bound=Callable[..., Any])
FORM_BYTES = 3 * 1024 * 1024
"""A form without a file, or what comes along with one."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def this_app() -> App:
    """The application of this request."""
    found: App = current_app._get_current_object()  # type: ignore[attr-defined]
    return found


def this_scope() -> Scope:
    """The scope of this request."""
    scope: Scope = g.scope
    return scope


def render(*templates: str, **context: Any) -> str:
    """Render the first of `templates` there is, in the reader's theme."""
    app = this_app()
    environment = app.themes.environment(theme_name(), app.jinja_env)
    template = environment.select_template(list(templates))
    app.update_template_context(context)
    return template.render(context)


def language_cookie() -> str:
    """The cookie with the language of who is signed out; over HTTPS no other host can set it."""
    return "__Host-language" if this_app().settings.https else "language"


def guest_language() -> str:
    """The language of who is signed out: the one they chose here, or their browser's."""
    chosen = request.cookies.get(language_cookie(), "")
    if chosen in i18n.LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(i18n.LANGUAGES), default=i18n.DEFAULT) or i18n.DEFAULT


def theme_name() -> str:
    """The theme of the reader's school."""
    return str(g.get("theme", "base"))


def see(endpoint: str, **values: Any) -> Response:
    """Go and see the result of a write: 303, so that reloading doesn't repeat it."""
    return redirect(url_for(endpoint, **values), code=303)


def once_token() -> str:
    """What a form for something new carries, so that sending it twice makes one thing: see once.py.

    All forms of a page have the same, and so has one that comes back with a message.
    """
    if this_scope().shown_to is not None:  # a form that is only shown is never sent
        return ""
    if "once_token" not in g:
        form_id = sent_once() or new_id()
        g.once_token = once.sign(this_app().settings.secret_key, this_scope().me.id, form_id)
    return str(g.once_token)


def sent_once() -> uuid.UUID | None:
    """The id a form was sent with; None for a form without one, or with one that isn't the viewer's."""
    text = request.form.get(once.FIELD)
    return once.read(this_app().settings.secret_key, this_scope().me.id, text) if text else None


def by_itself(view: View) -> View:
    """Mark a view that an open page asks for by itself, every few seconds: nobody was there for it.

    So it doesn't lengthen a sign-in, and who is signed out gets no sign-in page in the middle of the other.
    """
    view.by_itself = True  # type: ignore[attr-defined]
    return view


def proves_itself(view: View) -> View:
    """Mark a view whose address is the proof that who sends its form may: a signed word that was mailed to them.

    It takes a form from anywhere, as mail programs send it, and can only do what that word is for.
    """
    view.proves_itself = True  # type: ignore[attr-defined]
    return view


def asked_by_itself(app: App) -> bool:
    """Whether a page asked this, not a person."""
    return hasattr(app.view_functions.get(str(request.endpoint)), "by_itself")


class CountingParser(FormDataParser):
    """Counts the fields of a form before it takes them apart: half a million of them keep a thread busy for seconds.

    Werkzeug counts those of a multipart body only, and asks a handler about each byte that is no text.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], Any, Any]:
        """The form and its files. Raises RequestEntityTooLarge for too many fields, or for more than forms hold."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        body = bytearray()
        while chunk := stream.read(FORM_BYTES + 1 - len(body)):  # which may be less than there is
            body += chunk
            if len(body) > FORM_BYTES:
                raise RequestEntityTooLarge
        try:
            text = body.decode()
        except UnicodeDecodeError:  # as Werkzeug: no form
            return stream, self.cls(), self.cls()
        try:
            fields = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=self.max_form_parts)
        except ValueError:
            raise RequestEntityTooLarge from None
        return stream, self.cls(fields), self.cls()


class ClosingRequest(Request):
    """A request that closes the temporary files of its uploads, also of one that was refused halfway."""

    form_data_parser_class = CountingParser

    def _get_file_stream(self, *args: Any, **kw: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **kw)
        self.__dict__.setdefault("upload_streams", []).append(stream)
        return stream

    def close(self) -> None:
        """Close what the form parser opened."""
        super().close()
        for stream in self.__dict__.get("upload_streams", ()):
            stream.close()


def takes_upload(setting: str) -> Callable[[View], View]:
    """Let a view take a body of as many bytes as that setting says; any other takes FORM_BYTES."""

    def mark(view: View) -> View:
        view.upload_setting = setting  # type: ignore[attr-defined]
        return view

    return mark


def limit_body(app: App, *, signed_in: bool) -> None:
    """No more is taken in than the view can use, and nobody who is signed out can fill the disk with uploads."""
    setting = getattr(app.view_functions.get(str(request.endpoint)), "upload_setting", None)
    room = getattr(app.settings, setting) if setting and signed_in else 0
    request.max_content_length = room + FORM_BYTES


def add_headers(response: Response, https: bool) -> None:
    """Headers every answer carries; one that a view set itself stays."""
    present = {name.lower() for name, _value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add_header(name, value)
    if https and "strict-transport-security" not in present:
        response.headers.add_header("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def guard_demo(app: App) -> None:
    """Stop a request to a demo that doesn't come from this machine."""
    if app.is_demo and not is_from_here(request.host, request.remote_addr or "", request.headers.keys()):
        abort(421)
