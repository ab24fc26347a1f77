"""Say something about an entry, answer, mark as read, fold away, take back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import g, request

from portfolio.access import COMMENT, KEEP, needs
from portfolio.entries import commenting
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.page_views import render_entry
from portfolio.errors import Refused
from portfolio.web import see, sent_once, this_scope


@blueprint.post(ENTRY + "/comments")
@needs(COMMENT)
def comment(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """A reader writes a question, a mirror, an encouragement or a reference."""
    typed = {name: request.form.get(name, "") for name in ("kind", "body", "quote")}
    return _try(lambda: commenting.add_comment(this_scope(), entry, **typed, form_id=sent_once()), typed)


@blueprint.post(ENTRY + "/comments/<uuid:comment>/reply")
@needs(COMMENT)
def reply(portfolio: uuid.UUID, section: str, entry: uuid.UUID, comment: uuid.UUID) -> Any:
    """Answer in a thread."""
    body = request.form.get("body", "")
    typed = {"reply_to": str(comment), "reply": body}
    return _try(lambda: commenting.reply(this_scope(), entry, comment, body, form_id=sent_once()), typed)


@blueprint.post(ENTRY + "/comments/<uuid:comment>/<any(read, unread, hide, show):what>")
@needs(KEEP)
def keep(portfolio: uuid.UUID, section: str, entry: uuid.UUID, comment: uuid.UUID, what: str) -> Any:
    """The owner marks a comment as read, or folds it away."""
    scope = this_scope()
    if what in ("read", "unread"):
        commenting.mark_read(scope, entry, comment, read=what == "read")
    else:
        commenting.hide(scope, entry, comment, hidden=what == "hide")
    return _back(comment)


@blueprint.post(ENTRY + "/comments/<uuid:comment>/take-back")
@needs(COMMENT)
def take_back_comment(portfolio: uuid.UUID, section: str, entry: uuid.UUID, comment: uuid.UUID) -> Any:
    """Its author takes a comment back, as long as nobody answered."""
    return _try(lambda: commenting.take_back(this_scope(), entry, comment), {})


def _try(act: Callable[[], object], typed: dict[str, str]) -> Any:
    try:
        act()
    except Refused as error:
        key = "reply_errors" if "reply_to" in typed else "errors"
        return render_entry(g.entry, **{key: error.errors}, typed=typed), 422
    return _back()


def _back(comment: uuid.UUID | None = None) -> Any:
    anchor = f"comment-{comment}" if comment else "comments"
    opened = g.entry
    return see("entries.read", portfolio=opened.portfolio_id, section=opened.plugin, entry=opened.id, _anchor=anchor)
