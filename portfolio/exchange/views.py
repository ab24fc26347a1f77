"""Pages to take one's portfolio along and to bring it back."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flask import Blueprint, flash, request, send_file

from portfolio.access import PERSON, needs
from portfolio.clock import day_of
from portfolio.errors import Refused
from portfolio.exchange import bringing
from portfolio.exchange.coming import Limits, Plan, read_archive
from portfolio.exchange.going import gather, pack
from portfolio.i18n import gettext as _
from portfolio.i18n import ngettext
from portfolio.scope import Scope
from portfolio.web import render, see, takes_upload, this_app, this_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

blueprint = Blueprint("exchange", __name__)
IN_MEMORY = 16 * 1024 * 1024
"""In bytes; a larger archive is made in a temporary file."""


@blueprint.get("/account/take-along")
@needs(PERSON)
def take_along() -> str:
    """What goes into the archive, and what doesn't and why."""
    return render("exchange/take_along.html", gathered=gather(this_scope()))


@blueprint.post("/account/take-along")
@needs(PERSON)
def take_along_now() -> Any:
    """The archive itself. The database is only read, and let go before anything is packed."""
    app, scope = this_app(), this_scope()
    with app.database.read() as session:
        gathered = gather(replace(scope, session=session), with_html=True)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when the answer has been sent
    pack(scope, gathered, app.registry, app.store, cast(BinaryIO, out))
    out.seek(0)
    response = send_file(
        cast(BinaryIO, out), "application/zip", as_attachment=True, download_name=_archive_name(scope), max_age=None
    )
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/account/bring-back", methods=["GET", "POST"])
@needs(PERSON)
@takes_upload("import_bytes")
def bring_back() -> Any:
    """Bring an archive back into an empty account. All that is slow comes before the transaction."""
    app, scope = this_app(), this_scope()
    if request.method == "GET":
        return render("exchange/bring_back.html", problem=_problem(scope))
    upload = request.files.get("archive")
    try:
        if upload is None or not upload.filename:
            raise Refused(_("Choose a file first."))
        with app.database.read() as session:
            bringing.check_empty(replace(scope, session=session))
        limits = Limits(upload=app.settings.upload_bytes, portfolio=app.settings.portfolio_bytes)
        plan = read_archive(cast(BinaryIO, upload.stream), app.registry, limits, scope.now)
        bringing.put_files(app.database, app.store, plan, scope.now)
        _bring_back(scope, plan)
    except Refused as error:
        return render("exchange/bring_back.html", problem=None, error=error.errors[""]), 422
    finally:
        if upload is not None:
            upload.close()
    flash(_told(plan), "success")
    return see("exchange.take_along")


def _bring_back(scope: Scope, plan: Plan) -> None:
    store = this_app().store

    def take_away(session: Session) -> None:
        bringing.take_away(session, store, plan)

    try:
        bringing.bring_back(scope, plan)
    except BaseException:
        scope.after.append(take_away)  # after the roll-back: not within it
        raise


def _problem(scope: Scope) -> Any:
    try:
        bringing.check_empty(scope)
    except Refused as error:
        return error.errors[""]
    return None


def _told(plan: Plan) -> str:
    entries = len(plan.contents.entries)
    words = [
        ngettext("%(num)s entry is back; only you see it.", "%(num)s entries are back; only you see them.", entries)
    ]
    if plan.identical:
        words.append(_("Everything is exactly as you took it along."))
    if plan.rewritten:
        words.append(
            ngettext(
                "One file was written anew, without hidden details such as a place.",
                "%(num)s files were written anew, without hidden details such as a place.",
                plan.rewritten,
            )
        )
    return " ".join(words)


def _archive_name(scope: Scope) -> str:
    plain = unicodedata.normalize("NFKD", scope.me.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"portfolio-{slug}-{day_of(scope.now)}.zip" if slug else f"portfolio-{day_of(scope.now)}.zip"
