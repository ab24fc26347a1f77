"""Pages of a school's administrator: its people and their roles; never what anybody wrote.

No page here yields a session or the way into an account that has been used.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.clock import now
from portfolio.entries.forms import show_refusal
from portfolio.entries.inputs import select_choices
from portfolio.errors import NotAllowed, NotVisible, Refused, TooManyAttempts
from portfolio.i18n import gettext as _
from portfolio.people import inviting, limits, organising, recovery
from portfolio.people.blueprint import blueprint
from portfolio.people.forms import page_status
from portfolio.people.relation_forms import InvitedForm, LastDayForm, PersonForm, RoleForm, SchoolForm
from portfolio.web import render, see, this_app, this_scope


@blueprint.get("/s/<uuid:school>/")
@needs(ADMINISTRATOR)
def school(school: uuid.UUID) -> str:
    """The people of the school."""
    scope = this_scope()
    lines = organising.list_roles(scope, school)
    return render(
        "people/school.html",
        school=organising.get_school(scope, school),
        lines=[line for line in lines if line.not_over(scope.today)],
        ended=[line for line in lines if line.until is not None and line.until <= scope.today],
    )


@blueprint.route("/s/<uuid:school>/people/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def invite_to_school(school: uuid.UUID) -> Any:
    """Invite somebody; the link is mailed, or shown once for who has no e-mail."""
    scope = this_scope()
    form = PersonForm()
    if request.method == "GET":
        form.since.data = scope.today
    try:
        if form.validate_on_submit():
            _count_mail(school, inviting.find_address(form.email.data))
            person, link = organising.invite(
                scope,
                school,
                name=form.name.data,
                email=form.email.data,
                role=form.role.data or "",
                since=form.since.day,
                base_url=_base_url(),
            )
            return _invited(school, person, link)
    except Refused as refused:
        show_refusal(form, refused)
    page = render("people/school_invite.html", school=organising.get_school(scope, school), form=form)
    return page, page_status()


@blueprint.get("/s/<uuid:school>/people/<uuid:person>")
@needs(ADMINISTRATOR)
def school_person(school: uuid.UUID, person: uuid.UUID) -> str:
    """One person's roles at the school, and what the school can do about their way in."""
    return _person(school, person)


@blueprint.post("/s/<uuid:school>/people/<uuid:person>/roles")
@needs(ADMINISTRATOR)
def add_role(school: uuid.UUID, person: uuid.UUID) -> Any:
    """One more role."""
    form = RoleForm()
    try:
        if form.validate_on_submit():
            organising.add_role(
                this_scope(), school, person, form.role.data or "", form.since.day, form.last_day.data
            )
            flash(_("Saved."), "success")
            return see("people.school_person", school=school, person=person)
    except Refused as refused:
        show_refusal(form, refused)
    return _person(school, person, role_form=form), 422


@blueprint.post("/s/<uuid:school>/people/<uuid:person>/roles/<uuid:role>/end")
@needs(ADMINISTRATOR)
def end_role(school: uuid.UUID, person: uuid.UUID, role: uuid.UUID) -> Any:
    """A role ends after its last day."""
    form = LastDayForm(prefix=f"end-{role}")
    try:
        if form.validate_on_submit():
            organising.end_role(this_scope(), school, role, form.last_day.day, of=person)
            flash(_("Saved."), "success")
            return see("people.school_person", school=school, person=person)
    except Refused as refused:
        show_refusal(form, refused)
    return _person(school, person, end_forms={role: form}), 422


@blueprint.post("/s/<uuid:school>/people/<uuid:person>/invitation")
@needs(ADMINISTRATOR)
def invite_again(school: uuid.UUID, person: uuid.UUID) -> Any:
    """Send the invitation again to who has not begun; earlier links stop."""
    try:
        _count_mail(school, _read_invited(school, person).invited_email)
    except Refused as refused:
        return _person(school, person, refused=refused.errors["email"]), 422
    return _invited(school, person, inviting.renew_invitation(this_scope(), person, base_url=_base_url()))


@blueprint.route("/s/<uuid:school>/people/<uuid:person>/correct", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def correct_invited(school: uuid.UUID, person: uuid.UUID) -> Any:
    """Mend how somebody was typed who has not begun."""
    invited = _read_invited(school, person)
    data = {"name": invited.name, "email": invited.invited_email, "sign_in_name": invited.sign_in_name}
    form = InvitedForm(data=data)
    try:
        if form.validate_on_submit():
            address = inviting.find_address(form.email.data)
            if address != (invited.invited_email or None):
                _count_mail(school, address)
            sent, link = inviting.correct_invited(
                this_scope(),
                person,
                name=form.name.data,
                email=address,
                sign_in_name=form.sign_in_name.data,
                base_url=_base_url(),
            )
            if sent:
                return _invited(school, person, link)
            flash(_("Saved."), "success")
            return see("people.school_person", school=school, person=person)
    except Refused as refused:
        show_refusal(form, refused)
    page = render(
        "people/school_correct.html",
        school=organising.get_school(this_scope(), school),
        name=invited.name,
        person_id=person,
        form=form,
    )
    return page, page_status()


@blueprint.post("/s/<uuid:school>/people/<uuid:person>/remove")
@needs(ADMINISTRATOR)
def remove_invited(school: uuid.UUID, person: uuid.UUID) -> Any:
    """Take away somebody who has not begun; the link stops."""
    _check_here(school, person)
    name = inviting.remove_invited(this_scope(), person)
    flash(_("%(name)s is no longer in the list. The link works no more.", name=name), "success")
    return see("people.school", school=school)


@blueprint.post("/s/<uuid:school>/people/<uuid:person>/reset")
@needs(ADMINISTRATOR)
def reset_by_school(school: uuid.UUID, person: uuid.UUID) -> Any:
    """A new way in for who has no e-mail: a code that opens after 72 hours in which its owner can stop it."""
    _check_here(school, person)
    try:
        code = recovery.start_school_reset(this_scope(), person)
    except Refused as refused:
        return _person(school, person, refused=refused.errors[""]), 422
    return _person(school, person, code=code)


@blueprint.route("/s/<uuid:school>/settings", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def school_settings(school: uuid.UUID) -> Any:
    """The school's name and looks."""
    scope = this_scope()
    facts = organising.get_school(scope, school)
    form = _school_form(name=facts.name, theme=facts.theme)
    try:
        if form.validate_on_submit():
            organising.change_school(scope, school, form.name.data, form.theme.data or "", this_app().themes.themes)
            flash(_("Saved."), "success")
            return see("people.school", school=school)
    except Refused as refused:
        show_refusal(form, refused)
    page = render("people/school_settings.html", school=facts, form=form, new=False)
    return page, page_status()


@blueprint.route("/s/<uuid:school>/schools/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def new_school(school: uuid.UUID) -> Any:
    """Another school under the same board, administered by who makes it."""
    scope = this_scope()
    facts = organising.get_school(scope, school)
    form = _school_form(name="", theme=facts.theme)
    try:
        if form.validate_on_submit():
            made = organising.make_school(
                scope, school, form.name.data, form.theme.data or "", this_app().themes.themes
            )
            flash(_("The school is there, with you as its administrator."), "success")
            return see("people.school", school=made)
    except Refused as refused:
        show_refusal(form, refused)
    page = render("people/school_settings.html", school=facts, form=form, new=True)
    return page, page_status()


def _person(
    school_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    role_form: RoleForm | None = None,
    end_forms: dict[uuid.UUID, LastDayForm] | None = None,
    **more: Any,
) -> str:
    scope = this_scope()
    lines = organising.list_roles(scope, school_id, person_id)
    if not lines:
        raise NotVisible(str(person_id))
    if role_form is None:
        role_form = RoleForm(formdata=None)
        role_form.since.data = scope.today
    ends = {}
    for line in lines:
        if line.not_over(scope.today):
            ends[line.role_id] = (end_forms or {}).get(line.role_id) or LastDayForm.to_end(
                line.role_id, line, scope.today
            )
    return render(
        "people/school_person.html",
        school=organising.get_school(scope, school_id),
        person=lines[0],
        lines=lines,
        here_today=any(line.since <= scope.today and line.role_id in ends for line in lines),
        role_form=role_form,
        end_forms=ends,
        **more,
    )


def _school_form(**values: Any) -> SchoolForm:
    form = SchoolForm(data=values)
    themes = this_app().themes.themes.values()
    ordered = sorted(themes, key=lambda theme: theme.title)
    form.theme.choices = select_choices((theme.name, theme.title) for theme in ordered)
    return form


def _check_here(school_id: uuid.UUID, person_id: uuid.UUID) -> None:
    if not organising.list_roles(this_scope(), school_id, person_id):
        raise NotVisible(str(person_id))


def _read_invited(school_id: uuid.UUID, person_id: uuid.UUID) -> organising.RoleLine:
    """Who has not begun, read apart: mails are counted before a write begins. Raises NotVisible, NotAllowed."""
    with this_app().database.read() as reading:
        lines = organising.list_roles(replace(this_scope(), session=reading), school_id, person_id)
    if not lines:
        raise NotVisible(str(person_id))
    if lines[0].begun:
        raise NotAllowed("the account has been used")
    return lines[0]


def _count_mail(school_id: uuid.UUID, address: str | None) -> None:
    """Count an invitation that would be mailed, also when it then fails. Raises Refused (email)."""
    if not address:
        return
    try:
        both = [(limits.INVITATIONS_PER_ADDRESS, f"{who} {address}") for who in (school_id, this_scope().me.id)]
        limits.count_attempt(this_app().database, now(), *both)
    except TooManyAttempts:
        message = _("This address was invited several times today. Wait a day before you send another invitation.")
        raise Refused({"email": message}) from None


def _invited(school_id: uuid.UUID, person_id: uuid.UUID, link: str | None) -> Any:
    if link is not None:
        return _person(school_id, person_id, link=link)
    flash(_("Invited. The link goes to that address only; you can't see it."), "success")
    return see("people.school_person", school=school_id, person=person_id)


def _base_url() -> str:
    return this_app().settings.base_url
