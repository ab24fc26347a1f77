"""Build the application; per request: who, where, what is on, may they; and the end of the transaction.

The order is fixed: sign-in, place, gate, access, view, service, and only here commit or roll back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from flask import Flask, Response, g, redirect, request, send_file, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix

from portfolio import access, i18n, preview, web
from portfolio.clock import now
from portfolio.db import Database
from portfolio.demo_guard import is_demo_database
from portfolio.entries.readers_log import note_reading
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.error_views import register_errors, signed_out_page
from portfolio.errors import NotVisible
from portfolio.events import Event
from portfolio.files import FolderStore, Store
from portfolio.gate import State
from portfolio.people import sessions
from portfolio.plugins import Registry, load_registry
from portfolio.scope import Scope, open_scope
from portfolio.settings import Settings, load_settings
from portfolio.templating import Addresses, set_up_templates
from portfolio.themes import Themes

HERE = Path(__file__).parent
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger("portfolio")


class App(Flask):
    """The application with its own parts, each built once at start."""

    request_class = web.ClosingRequest
    settings: Settings
    database: Database
    registry: Registry
    themes: Themes
    store: Store
    is_demo: bool = False
    rooms: ClassVar[tuple[str, ...]] = ("people", "entries", "exchange", "notices")

    @cached_property
    def addresses(self) -> Addresses:
        """Where the views are; asked when all are there."""
        return Addresses(self.url_map)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of a view, as Flask makes it; that of a page is put together from its pattern."""
        asked = {name: value for name, value in values.items() if value is not None}
        preview.keep_inside(asked)
        return self.addresses.find(endpoint, asked) or super().url_for(endpoint, **asked)


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    plugins: Sequence[tuple[str, ModuleType]] = (),
) -> App:
    """Build the application. `plugins` are extra ones for tests.

    Raises an error for whatever would be a hole later: a view that doesn't say what it needs, a plugin with a
    misspelt hook, two catalogues that disagree. Starts nothing and writes nothing.
    """
    settings = settings or load_settings()
    app = App("portfolio", static_folder=None, template_folder=None)
    app.settings = settings
    app.database = database or Database(settings.database_url)
    app.registry = load_registry(raising=settings.testing, extra=plugins)
    app.store = FolderStore(settings.files)
    folders = [plugin.folder for plugin in app.registry.plugins.values()]
    rooms = [HERE / room for room in App.rooms]
    statics = {plugin.name: plugin.folder / "static" for plugin in app.registry.plugins.values()}
    app.themes = Themes([folder / "templates" for folder in (HERE, *rooms, *folders)], statics)
    i18n.load_catalogues([HERE, *folders, *(theme.folder for theme in app.themes.themes.values())])
    _configure(app, settings)
    _register_views(app)
    _check_needs(app)
    app.is_demo = is_demo_database(app.database)
    return app


def _configure(app: App, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-portfolio" if settings.https else "portfolio",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.import_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        PROPAGATE_EXCEPTIONS=settings.testing or None,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf = CSRFProtect()
    csrf.init_app(app)
    logins = LoginManager(app)
    logins.session_protection = None  # the sign-in row is the protection
    logins.user_loader(_load_user)
    app.before_request(lambda: _begin(app, csrf))
    app.after_request(lambda response: _end(app, response))
    app.teardown_request(_close)
    register_errors(app, _close)
    set_up_templates(app)


def _load_user(token: str) -> sessions.SignedIn | None:
    if "reading" not in g:  # refused before anything was read: nobody is signed in on that page
        return None
    here = (request.view_args or {}).get("entry") if request.endpoint == "entries.read" else None
    return sessions.find_signed_in(g.reading, token, now(), web.this_app().settings, here)


def _begin(app: App, csrf: CSRFProtect) -> Any:
    """Sign-in, place, gate and access, in a read transaction; then, for a write, the write session."""
    web.guard_demo(app)
    if request.endpoint == "static_file":
        g.scope = None
        return None
    g.reading = app.database.reading()
    user = current_user._get_current_object() if current_user.is_authenticated else None
    g.signed_in = user
    web.limit_body(app, signed_in=user is not None)
    if user is not None:
        g.theme = user.theme
        app.is_demo = app.is_demo or user.demo
        web.guard_demo(app)
    i18n.set_language(user.viewer.language if user else web.guest_language())
    scope = open_scope(g.reading, user.viewer if user else None, app.registry.gate_of)
    scope.on_event = _on_event(app)
    g.scope = scope
    if user is not None and not web.asked_by_itself(app):
        sessions.note_seen(scope, user)
    if isinstance(request.routing_exception, MethodNotAllowed):
        _find_what_is_there(app, request.routing_exception)
    if request.endpoint is None:
        return None
    if preview.is_asked(scope):
        scope = preview.begin(app, scope)
    if request.method not in SAFE_METHODS and not hasattr(app.view_functions[request.endpoint], "proves_itself"):
        csrf.protect()
    answer = _check(app, scope)
    if answer is not None:
        return answer
    if request.method not in SAFE_METHODS:
        g.reading.end()
        scope.session = g.writing = app.database.writing()
        scope.writing = True
    return None


def _find_what_is_there(app: App, refused: MethodNotAllowed) -> None:
    """An address that doesn't take this method passes the gate too, so that what is off is 404 for any method."""
    adapter = app.create_url_adapter(request)
    if adapter is not None and refused.valid_methods:
        request.url_rule, values = adapter.match(method=next(iter(refused.valid_methods)), return_rule=True)
        request.view_args = dict(values)


def _check(app: App, scope: Scope) -> Any:
    """What the view needs, on what the address names. Raises NotVisible or NotAllowed; or sends to the sign-in."""
    need = getattr(app.view_functions[str(request.endpoint)], "needs")  # noqa: B009 - an attribute no type knows
    values = request.view_args or {}
    if need == access.PUBLIC:
        return None
    if scope.viewer is None:
        return _ask_to_sign_in()
    scope.portfolio_id = values.get("portfolio")
    plugin = str(values.get("section", request.blueprint))
    has_gate = "section" in values or plugin in app.registry.plugins
    # An entry's own access says whether its plugin is on where it lies; other pages ask the viewer's gate.
    if need == access.MEMBER:
        if scope.place is None or (has_gate and not scope.gate.is_on_at(scope.place, plugin)):
            raise NotVisible(request.path)
        return None
    if has_gate and need not in access.TABLE and not _is_there(scope.gate.state(plugin), need):
        return _list_kept(app, scope, plugin)
    if need == access.ADMINISTRATOR and values["school"] not in scope.relations.administers:
        raise NotVisible(request.path)
    if need in (access.OWN_PORTFOLIO, access.OWN_ENTRIES) and values["portfolio"] != scope.relations.portfolio:
        raise NotVisible(request.path)
    if need == access.CIRCLE and values["circle"] not in scope.relations.circle_ids:
        raise NotVisible(request.path)
    if need in access.TABLE:
        g.entry = _entry_of_address(scope, need, values, plugin if has_gate else "")
    return None


def _is_there(state: State, need: str) -> bool:
    return state is State.ON or (state is State.KEPT and need == access.OWN_ENTRIES)


def _list_kept(app: App, scope: Scope, plugin: str) -> Any:
    """A kept plugin's own first page gives way to the list of what its writer keeps; anything else isn't there."""
    front = request.url_rule is not None and request.url_rule.rule == f"/p/<uuid:portfolio>/{plugin}/"
    if not front or request.method not in ("GET", "HEAD") or scope.gate.state(plugin) is not State.KEPT:
        raise NotVisible(request.path)
    values = request.view_args or {}
    if values["portfolio"] != scope.relations.portfolio:
        raise NotVisible(request.path)
    return app.view_functions["entries.index"](portfolio=values["portfolio"], section=plugin)


def _entry_of_address(scope: Scope, need: str, values: dict[str, Any], plugin: str) -> OpenEntry:
    entry = get_entry(scope, values["entry"], need, readers=request.method in SAFE_METHODS)
    if entry.portfolio_id != values.get("portfolio", entry.portfolio_id):
        raise NotVisible(request.path)
    if plugin not in ("", entry.plugin):  # or what is off would be there after all, by an entry of what is on
        raise NotVisible(request.path)
    if need == access.READ and request.method not in SAFE_METHODS and not entry.plugin_on:
        raise NotVisible(request.path)  # who may only read it here writes nothing, whatever the view would do
    # Here, for every page of an entry: also a form that comes back with a message shows the whole text.
    note_reading(scope, entry)
    return entry


def _ask_to_sign_in() -> Any:
    if web.asked_by_itself(web.this_app()):
        return "", 401
    if request.method in SAFE_METHODS:
        target = request.full_path.rstrip("?")
        return redirect(url_for("people.sign_in", next=None if target == "/" else target))
    return signed_out_page(), 401


def _on_event(app: App) -> Any:
    def tell(scope: Scope, event: Event) -> None:
        for _ in app.registry.ask("on_event", scope, event=event):
            pass

    return tell


def _end(app: App, response: Response) -> Response:
    """Commit a write that went well, roll back the rest, then the short writes that outlive either."""
    response = preview.finish(response)
    writing = g.pop("writing", None)
    reading = g.pop("reading", None)
    if reading is not None:
        reading.close()
    if writing is not None:
        try:
            if response.status_code < 400:
                writing.commit()
        finally:
            writing.close()
    scope = preview.who_looks()
    if scope is not None and scope.after:
        _run_after(app, scope)
    web.add_headers(response, app.settings.https)
    return response


def _run_after(app: App, scope: Scope) -> None:
    try:
        with app.database.aside() as session:
            for write in scope.after:
                write(session)
    except SQLAlchemyError as error:
        log.error("a log entry was lost: %s", type(error).__name__)


def _close(error: BaseException | None) -> None:
    for name in ("writing", "reading"):
        session = g.pop(name, None)
        if session is not None:
            session.close()


def _register_views(app: App) -> None:
    from portfolio.entries.views import blueprint as entries
    from portfolio.exchange.views import blueprint as exchange
    from portfolio.notices.views import blueprint as notices
    from portfolio.people.views import blueprint as people

    for blueprint in (people, entries, exchange, notices):
        app.register_blueprint(blueprint)
    for plugin, blueprint in app.registry.blueprints():
        app.register_blueprint(blueprint, url_prefix=f"/p/<uuid:portfolio>/{plugin.name}")

    @app.get("/static/<theme>/<digest>/<path:path>")
    @access.needs(access.PUBLIC)
    def static_file(theme: str, digest: str, path: str) -> Any:
        found = app.themes.static_file(theme, path)
        if found is None:
            raise NotVisible(path)
        response = send_file(found, conditional=True)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    @app.get("/healthz")
    @access.needs(access.PUBLIC)
    def healthz() -> Any:
        g.reading.execute(text("SELECT 1"))
        return Response("ok", mimetype="text/plain")


def _check_needs(app: App) -> None:
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "needs")]
    if silent:
        raise ValueError(f"these views don't say what they need: {', '.join(sorted(silent))}")
