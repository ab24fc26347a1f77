"""The administrator's pages about cohorts, and the page on which who takes part reads what is on and arranged.

A cohort's page tells; what can be changed has a form on a page of its own, in the modules beside this one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, request, url_for

from portfolio.access import ADMINISTRATOR, PERSON, needs
from portfolio.clock import Ending, SchoolYear
from portfolio.contributions import About
from portfolio.entries.field_types import Shown
from portfolio.entries.forms import show_refusal
from portfolio.errors import Refused
from portfolio.i18n import LazyText, show_list
from portfolio.i18n import gettext as _
from portfolio.people import (
    agreements,
    cohort_members,
    cohort_partners,
    cohort_switches,
    cohorts,
    organising,
    taking_part,
    trios,
)
from portfolio.people.blueprint import blueprint
from portfolio.people.cohort_forms import ArrangedForm, CohortForm
from portfolio.people.forms import PlainForm, page_status
from portfolio.web import render, see, this_app, this_scope

COHORT = "/s/<uuid:school>/cohorts/<uuid:cohort>"


@blueprint.route("/s/<uuid:school>/cohorts", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def school_cohorts(school: uuid.UUID) -> Any:
    """The cohorts of the school, those of others it takes part in, and a new one."""
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
    page = render(
        "people/school_cohorts.html",
        school=organising.get_school(scope, school),
        cohorts=cohorts.list_cohorts(scope, school),
        elsewhere=cohort_partners.list_elsewhere(scope, school),
        today=scope.today,
        form=form,
    )
    return page, page_status()


@blueprint.get(COHORT + "/")
@needs(ADMINISTRATOR)
def school_cohort(school: uuid.UUID, cohort: uuid.UUID) -> str:
    """One cohort: what is on, what is arranged, who of this school takes part; at its home also which schools."""
    scope = this_scope()
    place = cohorts.get_place(scope, school, cohort)
    lists: dict[str, Sequence[Ending]] = {"switches": cohort_switches.list_switches(scope, place)}
    if place.accepted:
        lists |= {"members": cohort_members.list_members(scope, place), "trios": trios.list_trios(scope, place)}
    if place.at_home:
        lists["partners"] = cohort_partners.list_partners(scope, place)
    return render(
        "people/school_cohort.html",
        place=place,
        cohort=place.cohort,
        arranged=agreements.list_arranged(scope, [cohort]).get(cohort, []),
        now={name: [one for one in lines if one.not_over(scope.today)] for name, lines in lists.items()},
        earlier={name: [one for one in lines if not one.not_over(scope.today)] for name, lines in lists.items()},
        about=this_app().registry.about,
        settings=shown_settings,
    )


@blueprint.route(COHORT + "/arranged", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def arrange(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Say what is arranged, and what follows."""
    scope = this_scope()
    place = cohorts.get_home(scope, school, cohort)
    form = ArrangedForm()
    if request.method == "GET":
        said = {one.what: one for one in agreements.list_arranged(scope, [cohort]).get(cohort, [])}
        for what in agreements.AGREEMENTS:
            form[what].data = said[what].reference if what in said else ""
            form[f"{what}_day"].data = said[what].day if what in said else scope.today
    words = _(
        "Everybody who takes part reads this before writing anything. Without it nothing can be switched on. Leave the"
        " place empty for what follows; the day then says by when."
    )
    return keep(
        place, form, lambda: agreements.arrange(scope, place, form.said()),
        title=_("What is arranged"), words=[words], button=_("Save"),
    )  # fmt: skip


@blueprint.route(COHORT + "/copy", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def copy_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """The cohort's next year, with what is on and arranged."""
    scope = this_scope()
    place = cohorts.get_home(scope, school, cohort)
    facts, form = place.cohort, CohortForm()
    if request.method == "GET":
        year = SchoolYear(SchoolYear.of(facts.last_day or scope.today).start_year + 1)
        form.name.data, form.since.data, form.last_day.data = facts.name, year.first_day, year.last_day
    words = _(
        "What is on goes along, and so does what is arranged. Who takes part you fill in anew. What goes on without a"
        " day between needs nobody's attention; after a gap people confirm what they share."
    )
    return keep(
        place, form, lambda: cohorts.copy_cohort(scope, place, form.name.data, form.since.day, form.last_day.data),
        title=_("The next year of %(name)s", name=facts.name), words=[words], button=_("Make this cohort"),
    )  # fmt: skip


@blueprint.get("/cohorts")
@needs(PERSON)
def my_cohorts() -> str:
    """What is on for me through my cohorts, who sees what of it, and what my school arranged about it."""
    return render(
        "people/my_cohorts.html",
        mine=taking_part.list_mine(this_scope()),
        in_a_row=show_list,
        about=this_app().registry.about,
        settings=shown_settings,
    )


def keep(
    place: cohorts.CohortPlace, form: PlainForm, save: Callable[[], uuid.UUID | None], *, title: str, button: str,
    words: Sequence[str | LazyText] = (), gone: bool = False, about: About | None = None,
) -> Any:  # fmt: skip
    """Save what a form about a cohort holds and go back to its page (or to the one it made), or show the form.

    `gone`: for this school the cohort's page may be there no longer. `about`: the plugin that would be switched on.
    """
    try:
        if form.validate_on_submit():
            made = save()
            flash(_("Saved."), "success")
            if gone:
                return see("people.school_cohorts", school=place.school_id)
            return see("people.school_cohort", school=place.school_id, cohort=made or place.id)
    except Refused as refused:
        show_refusal(form, refused)
    back = url_for("people.school_cohort", school=place.school_id, cohort=place.id)
    page = render(
        "people/school_cohort_form.html", place=place, form=form, title=title, button=button, words=words, back=back,
        about=about,
    )  # fmt: skip
    return page, page_status()


def shown_settings(switch: cohort_switches.SwitchLine) -> tuple[Shown, ...]:
    """What a school set about a plugin, as facts; nothing where there is nothing to set."""
    settings = this_app().registry.settings_of(switch.plugin)
    if settings is None:
        return ()
    values = settings.read(switch.settings)
    return settings.show(values, settings.html(values))
