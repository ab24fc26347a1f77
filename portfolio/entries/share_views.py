"""Share an entry, and stop sharing it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, g, request

from portfolio.access import KEEP, WRITE, needs
from portfolio.entries import sharing
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.guarding import FIELD, LookAgain, Words, look_first
from portfolio.entries.inputs import find_day
from portfolio.entries.page_views import render_entry
from portfolio.entries.presenting import entry_url, get_kind, words_of
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import language
from portfolio.web import see, this_scope


@blueprint.post(ENTRY + "/shares")
@needs(WRITE)
def share(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """Share with somebody that was picked, or with the exact e-mail address that was typed."""
    typed = {name: request.form.get(name, "").strip() for name in ("target", "address", "last_day")}
    try:
        last_day = find_day(typed["last_day"])
        if typed["last_day"] and last_day is None:
            raise Refused({"last_day": _("This is no day. Write it as 31-12-2026, or leave it empty.")})
        target = "" if typed["target"] == "address" else typed["target"]
        kind = get_kind(g.entry)
        sharing.share_entry(
            this_scope(), entry, kind, target, last_day, typed["address"], look_first=_look_first
        )
    except Refused as error:
        return _again(error, entry_url(g.entry, "entries.share"), typed), 422
    flash(_("Shared. You can stop at any time."), "success")
    return see("entries.read", portfolio=portfolio, section=section, entry=entry)


@blueprint.post(ENTRY + "/shares/<uuid:share>/confirm")
@needs(WRITE)
def confirm(portfolio: uuid.UUID, section: str, entry: uuid.UUID, share: uuid.UUID) -> Any:
    """Go on sharing, after the plugin was off for a while."""
    try:
        kind = get_kind(g.entry)
        sharing.confirm_share(this_scope(), entry, share, kind, look_first=_look_first)
    except Refused as error:
        return _again(error, entry_url(g.entry, "entries.confirm", share=share), {}), 422
    flash(_("Shared again. You can stop at any time."), "success")
    return see("entries.read", portfolio=portfolio, section=section, entry=entry)


@blueprint.post(ENTRY + "/shares/<uuid:share>/end")
@needs(KEEP)
def unshare(portfolio: uuid.UUID, section: str, entry: uuid.UUID, share: uuid.UUID) -> Any:
    """Stop sharing, from this moment."""
    sharing.end_share(this_scope(), entry, share)
    flash(_("Stopped. It can no longer be read there."), "success")
    return see("entries.read", portfolio=portfolio, section=section, entry=entry)


def _look_first(files: Sequence[Words]) -> None:
    """Unless the writer has looked at these very words already, those of the files too, they are asked to."""
    look_first([*words_of(g.entry), *files], language(), request.form.get(FIELD, ""))


def _again(error: Refused, action: str, typed: dict[str, str]) -> str:
    """The page of the entry with what is in the way; of words to look at, with a way to share all the same."""
    sent = request.form.get(FIELD, "")
    return render_entry(
        g.entry,
        errors=error.errors,
        typed=typed | ({FIELD: sent} if sent else {}),
        look=error.on(action, typed) if isinstance(error, LookAgain) else None,
    )
