"""The pages of a group: what it agreed and who confirmed that, what it planned and held."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash
from portfolio_plugins.intervisie import agreements, patterns, sessions
from portfolio_plugins.intervisie.agreements import OpenGroup
from portfolio_plugins.intervisie.routes import blueprint
from portfolio_plugins.intervisie.session_forms import AgreementsForm

from portfolio.access import MEMBER, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.inputs import SeenInput
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import entry_url, in_a_row
from portfolio.errors import Conflict, Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, this_scope


@blueprint.get("/group")
@needs(MEMBER)
def group(portfolio: uuid.UUID) -> str:
    """One group: its agreements, its sessions ahead and past, its patterns."""
    scope, page = this_scope(), page_number()
    found = agreements.get_group(scope)
    past, more = sessions.list_past(scope, [portfolio], page=page)
    return render(
        "intervisie/group.html",
        group=found,
        me=found.find_member(scope.me.id),
        ahead=sessions.list_ahead(scope, [portfolio]) if page == 1 else [],
        past=past,
        more=more,
        page=page,
        patterns=patterns.list_patterns(scope),
        entry_url=entry_url,
        who=who_in(found),
    )


@blueprint.route("/group/agreements", methods=["GET", "POST"])
@needs(MEMBER)
def change_agreements(portfolio: uuid.UUID) -> Any:
    """Write what the group agrees; everybody then confirms anew."""
    scope = this_scope()
    found = agreements.get_group(scope)
    form = AgreementsForm(data={"agreements": found.agreements or _proposal(), "seen": found.number})
    conflict = None
    if form.validate_on_submit():
        try:
            agreements.change_agreements(scope, form.agreements.data or "", form.seen.data)
        except Refused as refused:
            show_refusal(form, refused)
        except Conflict as meanwhile:
            conflict, form.seen.data = meanwhile.current
        else:
            flash(_("Kept. The others are asked to confirm this."), "success")
            return see("intervisie.group", portfolio=portfolio)
    page = render("intervisie/agreements.html", group=found, form=form, conflict=conflict, who=who_in(found))
    return page, 409 if conflict is not None else 422 if form.errors else 200


@blueprint.post("/group/confirm")
@needs(MEMBER)
def confirm_agreements(portfolio: uuid.UUID) -> Any:
    """Say that I keep to what we agreed, as it stood on the page."""
    number = SeenOnly()
    try:
        if not number.validate_on_submit():
            raise Conflict(None)
        agreements.confirm(this_scope(), number.seen.data)
    except Conflict:
        flash(_("The agreements have changed meanwhile. Read them again before you confirm."), "warning")
    else:
        flash(_("Confirmed."), "success")
    return see("intervisie.group", portfolio=portfolio)


class SeenOnly(AgreementsForm):
    """Which agreements the page showed."""

    agreements = None
    seen = SeenInput(default=0)


def who_in(found: OpenGroup) -> str:
    """Who sees a page of this group, as a sentence."""
    me = this_scope().me.id
    others = [member.name for member in found.members if member.id != me]
    if not others:
        return _("Only you see this, until somebody comes into the group.")
    return _("%(names)s see this. Nobody else knows of it.", names=in_a_row([_("You"), *others]))


def _proposal() -> str:
    """Something to begin with; the group makes it its own."""
    return _(
        "- What is said here stays here. We don't speak of it with anybody else, not without names either.\n"
        "- We tell about others by their role.\n"
        "- Whoever can't come, says so in time.\n"
        "- We meet every six weeks.\n"
        "- We ask first, and advise later."
    )
