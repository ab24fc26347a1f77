"""Pages of circles: mine, one circle, inviting, accepting, leaving."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash

from portfolio import menu
from portfolio.access import CIRCLE, PERSON, needs
from portfolio.clock import now
from portfolio.entries.forms import show_refusal
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import entry_url, find_kind, in_a_row, state_label
from portfolio.errors import Refused, TooManyAttempts
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import circle_homes, circle_making, limits
from portfolio.people import circles as service
from portfolio.people.blueprint import blueprint
from portfolio.people.inviting import find_address
from portfolio.people.relation_forms import CircleForm, CircleInvitationForm, HomeForm, picked_or_typed
from portfolio.web import render, see, sent_once, this_app, this_scope


@blueprint.get("/circles")
@needs(PERSON)
def circles() -> str:
    """The circles I am in, and the invitations that wait for me."""
    return _circles(CircleForm())


@blueprint.post("/circles")
@needs(PERSON)
def make_circle() -> Any:
    """A new circle, with me in it."""
    form = CircleForm()
    if not form.validate_on_submit():
        return _circles(form), 422
    made = circle_making.make_circle(this_scope(), form.name.data, form.purpose.data, form_id=sent_once())
    flash(_("The circle is there. Whom would you like to ask?"), "success")
    return see("people.circle", circle=made)


@blueprint.get("/circles/<uuid:circle>")
@needs(CIRCLE)
def circle(circle: uuid.UUID) -> str:
    """One circle: who is in, and what they share here."""
    return _circle(circle, CircleInvitationForm())


@blueprint.post("/circles/<uuid:circle>/invitations")
@needs(CIRCLE)
def invite_to_circle(circle: uuid.UUID) -> Any:
    """Ask somebody in; the answer is the same whether that address has an account."""
    form = CircleInvitationForm()
    try:
        if form.validate_on_submit() and picked_or_typed(form.person, form.email):
            _count_invitation(form)
            service.invite(this_scope(), circle, form.person.picked, form.email.data or "")
            flash(_("Asked. Whoever has an account here finds the invitation under Circles."), "success")
            return see("people.circle", circle=circle)
    except Refused as refused:
        show_refusal(form, refused)
    return _circle(circle, form), 422


@blueprint.post("/circles/<uuid:circle>/invitations/<uuid:membership>/withdraw")
@needs(CIRCLE)
def withdraw_invitation(circle: uuid.UUID, membership: uuid.UUID) -> Any:
    """Take back an invitation I sent."""
    service.withdraw(this_scope(), circle, membership)
    flash(_("The invitation is taken back."), "success")
    return see("people.circle", circle=circle)


@blueprint.post("/circles/<uuid:circle>/home")
@needs(CIRCLE)
def choose_home(circle: uuid.UUID) -> Any:
    """Have what is on in this circle follow another cohort of mine, or none."""
    form = HomeForm()
    try:
        if not form.validate_on_submit() or (form.home.data and form.home.picked is None):
            raise Refused({"home": _("Choose one of these.")})
        circle_homes.choose_home(this_scope(), circle, form.home.picked)
    except Refused as refused:
        show_refusal(form, refused)
        return _circle(circle, CircleInvitationForm(formdata=None), home_form=form), 422
    flash(_("Saved. It counts for everybody in this circle."), "success")
    return see("people.circle", circle=circle)


@blueprint.post("/circles/<uuid:circle>/leave")
@needs(CIRCLE)
def leave_circle(circle: uuid.UUID) -> Any:
    """Go; nobody has to say why."""
    service.leave(this_scope(), circle)
    flash(_("You have left the circle. What you shared there is yours alone again."), "success")
    return see("people.circles")


@blueprint.post("/circles/invitations/<uuid:membership>/accept")
@needs(PERSON)
def accept_circle(membership: uuid.UUID) -> Any:
    """Come in."""
    try:
        circle = service.accept(this_scope(), membership)
    except Refused as refused:
        return _circles(CircleForm(formdata=None), refused=refused.errors[""]), 422
    flash(_("Welcome. From now on you read what members share here."), "success")
    return see("people.circle", circle=circle)


@blueprint.post("/circles/invitations/<uuid:membership>/decline")
@needs(PERSON)
def decline_circle(membership: uuid.UUID) -> Any:
    """Stay out; the others get no notice of it."""
    service.decline(this_scope(), membership)
    flash(_("Declined. Nobody gets a message about it."), "success")
    return see("people.circles")


def _count_invitation(form: CircleInvitationForm) -> None:
    """Count what may become a mail, the same for who has an account and who hasn't. Raises Refused."""
    field = "person" if form.person.picked else "email"
    whom = form.person.picked or find_address(form.email.data)
    if whom is None:
        return
    database, moment, me = this_app().database, now(), this_scope().me.id
    try:
        limits.count_attempt(database, moment, (limits.CIRCLE_INVITATIONS_PER_PERSON, f"{me} {whom}"))
    except TooManyAttempts:
        message = _("You asked this person several times today. Wait a day before you ask again.")
        raise Refused({field: message}) from None
    try:
        limits.count_attempt(database, moment, (limits.CIRCLE_INVITATIONS_PER_INVITER, str(me)))
    except TooManyAttempts:
        raise Refused({field: _("You asked many people today. Wait a day before you ask more.")}) from None


def _circles(form: CircleForm, *, refused: Any = None) -> str:
    mine, invitations = service.list_mine(this_scope())
    return render(
        "people/circles.html", form=form, circles=mine, invitations=invitations, refused=refused, in_a_row=in_a_row
    )


def _circle(circle_id: uuid.UUID, form: CircleInvitationForm, *, home_form: HomeForm | None = None) -> str:
    scope = this_scope()
    people = service.list_people(scope)
    circle = service.get_circle(scope, circle_id, people)
    inside = {member.person_id for member in (*circle.members, *circle.invited)}
    form.person.offer([one for one in people if one[0] not in inside], _l("Choose somebody"))
    page = page_number()
    lines, more = service.list_shared_here(scope, circle_id, page=page)
    home, homes = circle_homes.find_home(scope, circle_id), circle_homes.list_homes(scope)
    home_form = home_form or HomeForm(formdata=None, home=str(home.id) if home else "")
    home_form.home.offer(_with(home, homes), _l("No cohort: nothing is on here"))
    return render(
        "people/circle.html",
        circle=circle,
        form=form,
        doors=menu.list_circle_items(dict(scope.relations.circles)[circle_id]),
        home_form=home_form if homes else None,
        lines=lines,
        page=page,
        more=more,
        others=[member.name for member in circle.members if member.person_id != scope.me.id],
        in_a_row=in_a_row,
        entry_url=entry_url,
        find_kind=find_kind,
        state_label=state_label,
    )


def _with(home: circle_homes.Home | None, homes: list[circle_homes.Home]) -> list[tuple[uuid.UUID, str]]:
    """What can be chosen; what another member chose is not named, as it may be at a school of which no other knows."""
    found = [(one.id, one.name) for one in homes]
    if home is not None and home.id not in dict(found):
        found.insert(0, (home.id, _("A cohort of another of you")))
    return found
