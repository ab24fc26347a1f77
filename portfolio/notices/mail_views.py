"""Without a mail server the demo shows its mail here, on this machine only."""

from __future__ import annotations

from typing import Any

from portfolio.access import PUBLIC, needs
from portfolio.errors import NotVisible
from portfolio.notices.blueprint import blueprint
from portfolio.notices.service import list_mails
from portfolio.web import render, this_app, this_scope


@blueprint.get("/mail")
@needs(PUBLIC)
def mail() -> Any:
    """The demo's mail, newest first: all of it for a visitor, somebody's own when signed in; nothing anywhere else."""
    app = this_app()
    if not app.is_demo or app.settings.smtp_url:
        raise NotVisible("/mail")
    scope = this_scope()
    mails = list_mails(scope.session, of=scope.viewer.id if scope.viewer else None)
    return render("notices/mail.html", mails=mails)
