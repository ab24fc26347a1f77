"""My own page: the sessions of all my groups, and what I wrote."""

from __future__ import annotations

import uuid

from portfolio_plugins.intervisie import sessions
from portfolio_plugins.intervisie.kinds import Case, TakeAway
from portfolio_plugins.intervisie.routes import blueprint
from portfolio_plugins.intervisie.settings import NAME

from portfolio.access import OWN_PORTFOLIO, needs
from portfolio.entries.page_views import page_number, render_everything
from portfolio.entries.presenting import entry_url
from portfolio.entries.reading import list_own
from portfolio.i18n import gettext as _
from portfolio.web import render, this_scope


@blueprint.get("/")
@needs(OWN_PORTFOLIO)
def index(portfolio: uuid.UUID) -> str:
    """What my groups planned and held, my cases and what I took away; or an empty page with a question."""
    scope, page = this_scope(), page_number()
    groups = sessions.list_groups(scope)
    past, more = sessions.list_past(scope, groups, page=page)
    lines, more_lines = list_own(scope, kinds=[Case.name, TakeAway.name])
    return render(
        "intervisie/index.html",
        ahead=sessions.list_ahead(scope, groups) if page == 1 else [],
        past=past,
        more=more,
        page=page,
        cases=[line for line in lines if line.kind == Case.name],
        take_aways=[line for line in lines if line.kind == TakeAway.name],
        groups=sessions.name_groups(scope) if groups else [],
        case=Case,
        take_away=TakeAway,
        more_lines=more_lines,
        portfolio_id=portfolio,
        entry_url=entry_url,
    )


@blueprint.get("/everything")
@needs(OWN_PORTFOLIO)
def everything(portfolio: uuid.UUID) -> str:
    """All that I wrote here, newest first."""
    return render_everything(NAME, _("Which question comes home with you?"))
