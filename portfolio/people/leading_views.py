"""The administrator's pages about leaders and coach assignments: names and days, and what a change ends."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.entries.forms import show_refusal
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import coaching as coachings
from portfolio.people import leading, organising
from portfolio.people.blueprint import blueprint
from portfolio.people.forms import page_status
from portfolio.people.relation_forms import CoachingForm, LastDayForm, LeadershipForm
from portfolio.web import render, see, this_scope


@blueprint.route("/s/<uuid:school>/leaders", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def leaders(school: uuid.UUID) -> Any:
    """Who leads whom. A new leadership is first shown with what it ends, and saved when that was read."""
    scope = this_scope()
    form = LeadershipForm()
    if request.method == "GET":
        form.since.data = scope.today
    try:
        if form.validate_on_submit():
            asked = (form.leader.picked, form.teacher.picked, form.since.day, form.last_day.data)
            if form.understood.data != _what(form):
                leading.check_leadership(scope, school, *asked)
                return _confirm(school, form)
            leading.start_leadership(scope, school, *asked)
            flash(_("Saved. Both get a notice."), "success")
            return see("people.leaders", school=school)
    except Refused as refused:
        show_refusal(form, refused)
    return _leaders(school, form), page_status()


@blueprint.post("/s/<uuid:school>/leaders/<uuid:leadership>/end")
@needs(ADMINISTRATOR)
def end_leadership(school: uuid.UUID, leadership: uuid.UUID) -> Any:
    """A leadership ends after its last day."""
    form = LastDayForm(prefix=f"end-{leadership}")
    try:
        if form.validate_on_submit():
            leading.end_leadership(this_scope(), school, leadership, form.last_day.day)
            flash(_("Saved."), "success")
            return see("people.leaders", school=school)
    except Refused as refused:
        show_refusal(form, refused)
    return _leaders(school, LeadershipForm(formdata=None), {leadership: form}), 422


@blueprint.route("/s/<uuid:school>/coaches", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def coaches(school: uuid.UUID) -> Any:
    """Who coaches whom, and proposing a coach; it counts when the teacher accepts."""
    scope = this_scope()
    form = CoachingForm()
    if request.method == "GET":
        form.since.data = scope.today
    try:
        if form.validate_on_submit():
            coachings.propose(
                scope,
                school,
                coach_id=form.coach.picked,
                teacher_id=form.teacher.picked,
                focus=form.focus.data,
                since=form.since.day,
                last_day=form.last_day.data,
            )
            flash(_("Proposed. The teacher decides; it counts from the day they accept."), "success")
            return see("people.coaches", school=school)
    except Refused as refused:
        show_refusal(form, refused)
    return _coaches(school, form), page_status()


@blueprint.post("/s/<uuid:school>/coaches/<uuid:coaching>/end")
@needs(ADMINISTRATOR)
def end_assignment(school: uuid.UUID, coaching: uuid.UUID) -> Any:
    """An assignment ends after its last day."""
    form = LastDayForm(prefix=f"end-{coaching}")
    try:
        if form.validate_on_submit():
            coachings.end_by_school(this_scope(), school, coaching, form.last_day.day)
            flash(_("Saved."), "success")
            return see("people.coaches", school=school)
    except Refused as refused:
        show_refusal(form, refused)
    return _coaches(school, CoachingForm(formdata=None), {coaching: form}), 422


def _offer(school_id: uuid.UUID, form: LeadershipForm) -> list[tuple[uuid.UUID, str]]:
    """Fill both lists with the people of the school; returns them."""
    people = organising.list_people_here(this_scope(), school_id)
    form.leader.offer(people, _l("Choose the leader"))
    form.teacher.offer(people, _l("Choose the teacher"))
    return people


def _what(form: LeadershipForm) -> str:
    """What the page with the consequences was about: it counts for exactly that."""
    last = form.last_day.data
    return f"{form.leader.picked} {form.teacher.picked} {form.since.data} {last or ''}"


def _confirm(school_id: uuid.UUID, form: LeadershipForm) -> str:
    scope = this_scope()
    names = dict(_offer(school_id, form))
    return render(
        "people/school_leader_confirm.html",
        school=organising.get_school(scope, school_id),
        form=form,
        leader=names[form.leader.picked],  # type: ignore[index]
        teacher=names[form.teacher.picked],  # type: ignore[index]
        day=max(form.since.day, scope.today),
        what=_what(form),
    )


def _leaders(school_id: uuid.UUID, form: LeadershipForm, back: dict[uuid.UUID, LastDayForm] | None = None) -> str:
    scope = this_scope()
    _offer(school_id, form)
    lines = leading.list_leaderships(scope, school_id)
    return render(
        "people/school_leaders.html",
        school=organising.get_school(scope, school_id),
        lines=lines,
        form=form,
        end_forms=_end_forms(lines, back or {}, scope.today),
    )


def _coaches(school_id: uuid.UUID, form: CoachingForm, back: dict[uuid.UUID, LastDayForm] | None = None) -> str:
    scope = this_scope()
    form.coach.offer(organising.list_people_here(scope, school_id, "coach"), _l("Choose a coach"))
    form.teacher.offer(organising.list_people_here(scope, school_id, "teacher"), _l("Choose a teacher"))
    lines = coachings.list_at_school(scope, school_id)
    return render(
        "people/school_coaches.html",
        school=organising.get_school(scope, school_id),
        lines=lines,
        form=form,
        end_forms=_end_forms(lines, back or {}, scope.today),
    )


def _end_forms(
    lines: Sequence[leading.LeadershipLine | coachings.CoachingLine], back: dict[uuid.UUID, LastDayForm], today: dt.date
) -> dict[uuid.UUID, LastDayForm]:
    """A form beside each line; one that came back with a message stays as it was filled in."""
    return {line.id: back.get(line.id) or LastDayForm.to_end(line.id, line, today) for line in lines}
