"""My own page: my conversations, as teacher and as leader, what was handed to me until when, and what I wrote."""

from __future__ import annotations

import uuid

from portfolio_plugins.ontwikkelgesprek import own
from portfolio_plugins.ontwikkelgesprek.conversations import list_places, list_talks
from portfolio_plugins.ontwikkelgesprek.routes import blueprint
from portfolio_plugins.ontwikkelgesprek.settings import NAME

from portfolio.access import OWN_PORTFOLIO, needs
from portfolio.entries.page_views import page_number, render_everything
from portfolio.entries.presenting import entry_url, find_kind
from portfolio.i18n import gettext as _
from portfolio.web import render, this_scope


@blueprint.get("/")
@needs(OWN_PORTFOLIO)
def index(portfolio: uuid.UUID) -> str:
    """All my conversations, as a teacher and as a leader."""
    scope, page = this_scope(), page_number()
    talks, more = list_talks(scope, list_places(scope), page=page)
    return render(
        "ontwikkelgesprek/index.html",
        talks=talks,
        more=more,
        page=page,
        to_read=own.list_to_read(talks, scope.now),
        written=own.list_written(scope),
        entry_url=entry_url,
        find_kind=find_kind,
        portfolio_id=portfolio,
    )


@blueprint.get("/everything")
@needs(OWN_PORTFOLIO)
def everything(portfolio: uuid.UUID) -> str:
    """All that was written here, newest first."""
    return render_everything(NAME, _("What would you like to say aloud this year?"))
