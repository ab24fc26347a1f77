"""The administrator's pages about cohorts, and the page on which who takes part reads what is on and arranged."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, request

from portfolio.access import ADMINISTRATOR, PERSON, needs
from portfolio.clock import SchoolYear
from portfolio.entries.inputs import select_choices
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import cohorts, organising
from portfolio.people.blueprint import blueprint
from portfolio.people.cohort_forms import ArrangedForm, CohortForm, MemberForm, SwitchForm
from portfolio.people.forms import PlainForm, show_refusal
from portfolio.people.relation_forms import LastDayForm
from portfolio.web import render, see, this_app, this_scope

COHORT = "/s/<uuid:school>/cohorts/<uuid:cohort>"


@blueprint.route("/s/<uuid:school>/cohorts", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def school_cohorts(school: uuid.UUID) -> Any:
    """The cohorts of the school, and a new one."""
    scope = this_scope()
    form = CohortForm()
    if request.method == "GET":
        year = SchoolYear.of(scope.today)
        form.since.data, form.last_day.data = scope.today, year.last_day
    try:
        if form.validate_on_submit():
            made = cohorts.make_cohort(scope, school, form.name.data, form.since.day, form.last_day.data)
            flash(_("Saved."), "success")
            return see("people.school_cohort", school=school, cohort=made)
    except Refused as refused:
        show_refusal(form, refused)
    found = cohorts.list_cohorts(scope, school)
    page = render("people/school_cohorts.html", school=organising.get_school(scope, school), cohorts=found, form=form)
    return page, 200 if request.method == "GET" else 422


@blueprint.get(COHORT + "/")
@needs(ADMINISTRATOR)
def school_cohort(school: uuid.UUID, cohort: uuid.UUID) -> str:
    """One cohort: who takes part, what is on, what is arranged."""
    return _page(school, cohort)


@blueprint.post(COHORT + "/members")
@needs(ADMINISTRATOR)
def add_to_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Somebody takes part."""
    form = MemberForm(prefix="member")

    def save() -> None:
        cohorts.add_member(this_scope(), school, cohort, form.person.picked, form.since.day, form.last_day.data)

    return _try(school, cohort, form, save, member_form=form)


@blueprint.post(COHORT + "/members/<uuid:member>/end")
@needs(ADMINISTRATOR)
def end_in_cohort(school: uuid.UUID, cohort: uuid.UUID, member: uuid.UUID) -> Any:
    """Somebody takes part up to and including a day."""
    form = LastDayForm(prefix=f"end-{member}")

    def save() -> None:
        cohorts.end_member(this_scope(), school, cohort, member, form.last_day.day)

    return _try(school, cohort, form, save, back={member: form})


@blueprint.post(COHORT + "/switches")
@needs(ADMINISTRATOR)
def switch_on(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Switch a plugin on."""
    form = SwitchForm(prefix="switch")

    def save() -> None:
        plugins = this_app().registry.list_switchable()
        cohorts.switch_on(
            this_scope(), school, cohort, form.plugin.data or "", form.since.day, form.last_day.data, plugins
        )

    return _try(school, cohort, form, save, switch_form=form)


@blueprint.post(COHORT + "/switches/<uuid:switch>/end")
@needs(ADMINISTRATOR)
def switch_off(school: uuid.UUID, cohort: uuid.UUID, switch: uuid.UUID) -> Any:
    """A plugin is on up to and including a day."""
    form = LastDayForm(prefix=f"end-{switch}")

    def save() -> None:
        cohorts.switch_off(this_scope(), school, cohort, switch, form.last_day.day)

    return _try(school, cohort, form, save, back={switch: form})


@blueprint.post(COHORT + "/arranged")
@needs(ADMINISTRATOR)
def arrange(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Say what is arranged, and what follows."""
    form = ArrangedForm(prefix="arranged")

    def save() -> None:
        cohorts.arrange(this_scope(), school, cohort, form.said())

    return _try(school, cohort, form, save, arranged_form=form)


@blueprint.route(COHORT + "/copy", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def copy_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """The cohort's next year, with what is on and arranged."""
    scope = this_scope()
    facts = cohorts.get_cohort(scope, school, cohort)
    form = CohortForm()
    if request.method == "GET":
        year = SchoolYear(SchoolYear.of(facts.last_day or scope.today).start_year + 1)
        form.name.data, form.since.data, form.last_day.data = facts.name, year.first_day, year.last_day
    try:
        if form.validate_on_submit():
            asked = (form.name.data, form.since.day, form.last_day.data)
            made = cohorts.copy_cohort(scope, school, cohort, *asked)
            flash(_("Saved."), "success")
            return see("people.school_cohort", school=school, cohort=made)
    except Refused as refused:
        show_refusal(form, refused)
    page = render("people/school_cohort_copy.html", cohort=facts, form=form)
    return page, 200 if request.method == "GET" else 422


@blueprint.get("/cohorts")
@needs(PERSON)
def my_cohorts() -> str:
    """What is on for me through my cohorts, who sees what of it, and what my school arranged about it."""
    return render("people/my_cohorts.html", mine=cohorts.list_mine(this_scope()), about=this_app().registry.about)


def _try(school: uuid.UUID, cohort: uuid.UUID, form: PlainForm, save: Any, **back: Any) -> Any:
    """Save what a form of the cohort's page holds, or show the page with its messages."""
    try:
        if form.validate_on_submit():
            save()
            flash(_("Saved."), "success")
            return see("people.school_cohort", school=school, cohort=cohort)
    except Refused as refused:
        show_refusal(form, refused)
    return _page(school, cohort, **back), 422


def _page(
    school_id: uuid.UUID,
    cohort_id: uuid.UUID,
    *,
    member_form: MemberForm | None = None,
    switch_form: SwitchForm | None = None,
    arranged_form: ArrangedForm | None = None,
    back: dict[uuid.UUID, LastDayForm] | None = None,
) -> str:
    scope, registry = this_scope(), this_app().registry
    facts = cohorts.get_cohort(scope, school_id, cohort_id)
    members = cohorts.list_members(scope, school_id, cohort_id)
    switches = cohorts.list_switches(scope, school_id, cohort_id)
    arranged = cohorts.list_arranged(scope, [cohort_id]).get(cohort_id, [])
    member_form = member_form or MemberForm(formdata=None, prefix="member")
    switch_form = switch_form or SwitchForm(formdata=None, prefix="switch")
    for form in (member_form, switch_form):
        if not form.is_submitted():
            form.since.data = max(scope.today, facts.since)
            form.last_day.data = facts.last_day
    member_form.person.offer(organising.list_people_here(scope, school_id), _l("Choose somebody"))
    plugins = registry.list_switchable()
    titles = [(one, registry.about(one).title) for one in plugins]
    switch_form.plugin.choices = select_choices([("", _l("Choose")), *titles])
    return render(
        "people/school_cohort.html",
        cohort=facts,
        members=members,
        switches=switches,
        arranged=arranged,
        about=registry.about,
        plugins=plugins,
        member_form=member_form,
        switch_form=switch_form,
        arranged_form=arranged_form or _arranged_form(arranged, scope.today),
        end_forms=_end_forms([*members, *switches], back or {}, scope.today),
    )


def _arranged_form(arranged: Sequence[cohorts.Arranged], today: dt.date) -> ArrangedForm:
    form = ArrangedForm(formdata=None, prefix="arranged")
    said = {one.what: one for one in arranged}
    for what in cohorts.AGREEMENTS:
        if what in said:
            form[what].data = said[what].reference
        form[f"{what}_day"].data = said[what].day if what in said else today
    return form


def _end_forms(
    lines: Sequence[cohorts.MemberLine | cohorts.SwitchLine], back: dict[uuid.UUID, LastDayForm], today: dt.date
) -> dict[uuid.UUID, LastDayForm]:
    """A form beside each line that isn't over; one that came back with a message stays as it was filled in."""
    runs = [line for line in lines if line.until is None or line.until > today or line.id in back]
    return {line.id: back.get(line.id) or LastDayForm.to_end(line.id, line, today) for line in runs}
