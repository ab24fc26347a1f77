"""Other schools in a cohort: its home asks and can end it; the school that was asked says yes or no, and can leave."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import cohort_partners, cohorts
from portfolio.people.blueprint import blueprint
from portfolio.people.cohort_forms import SchoolToAskForm
from portfolio.people.cohort_views import COHORT, keep
from portfolio.people.relation_forms import LastDayForm
from portfolio.web import see, this_scope

PEOPLE_END = _l("Who takes part through that school does so no longer then, and its trios end. Nobody loses a word.")

ASKED = _l(
    "An administrator of that school says yes or no. With a yes they put in their own people. What is on and what is"
    " arranged stays yours to decide; who takes part there, you don't see."
)
NO_ANSWER = _l("This school hasn't answered yet: the question is taken back at once.")


@blueprint.route(COHORT + "/partners/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def ask_school(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Ask another school to take part."""
    scope = this_scope()
    place = cohorts.get_home(scope, school, cohort)
    form = SchoolToAskForm()
    form.school.offer(cohort_partners.list_schools_to_ask(scope, place), _l("Choose a school"))

    def save() -> None:
        cohort_partners.ask_school(scope, place, form.school.picked)

    return keep(
        place, form, save, title=_("Ask another school"), button=_("Ask this school"),
        words=[ASKED],
    )  # fmt: skip


@blueprint.route(COHORT + "/partners/<uuid:partner>/end", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def end_partner(school: uuid.UUID, cohort: uuid.UUID, partner: uuid.UUID) -> Any:
    """Another school takes part up to and including a day; or the question is taken back."""
    scope = this_scope()
    place = cohorts.get_home(scope, school, cohort)
    line = cohort_partners.get_partner(scope, place, partner)
    form = LastDayForm()
    if request.method == "GET":
        form.last_day.data = line.last_day or scope.today
    words = [PEOPLE_END if line.accepted else NO_ANSWER]
    return keep(
        place, form, lambda: cohort_partners.end_partner(scope, place, partner, form.last_day.day),
        title=_("%(name)s takes part no longer", name=line.school), button=_("Let it end"), words=words,
    )  # fmt: skip


@blueprint.post(COHORT + "/accept")
@needs(ADMINISTRATOR)
def accept_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Take part in another school's cohort."""
    scope = this_scope()
    cohort_partners.answer(scope, cohorts.get_place(scope, school, cohort), yes=True)
    flash(_("Your school takes part. Now put in who does."), "success")
    return see("people.school_cohort", school=school, cohort=cohort)


@blueprint.post(COHORT + "/decline")
@needs(ADMINISTRATOR)
def decline_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Don't take part in another school's cohort."""
    scope = this_scope()
    cohort_partners.answer(scope, cohorts.get_place(scope, school, cohort), yes=False)
    flash(_("Your school doesn't take part."), "success")
    return see("people.school_cohorts", school=school)


@blueprint.route(COHORT + "/leave", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def leave_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """This school takes part in another's cohort up to and including a day."""
    scope = this_scope()
    place = cohorts.get_guest(scope, school, cohort)
    form = LastDayForm()
    if request.method == "GET":
        form.last_day.data = place.last_day or scope.today
    return keep(
        place, form, lambda: cohort_partners.leave(scope, place, form.last_day.day),
        title=_("Our school takes part no longer"), button=_("Let it end"), gone=True,
        words=[_("Your people take part no longer then, and your trios end. Nobody loses a word.")],
    )  # fmt: skip
