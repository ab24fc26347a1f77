"""Who takes part in a cohort through a school, and the trios they form: put in and taken out by that school alone."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import cohort_members, cohorts, organising, trios
from portfolio.people.blueprint import blueprint
from portfolio.people.cohort_forms import MemberForm, trio_form
from portfolio.people.cohort_views import COHORT, keep
from portfolio.people.relation_forms import LastDayForm
from portfolio.web import this_scope

OPENS_NOTHING = _l("A trio says who go through this together. Nobody reads anything of another because of it.")


@blueprint.route(COHORT + "/members/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def add_to_cohort(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """Somebody of this school takes part."""
    scope = this_scope()
    place = cohorts.get_place(scope, school, cohort)
    place.check_takes_part()
    form = MemberForm()
    if request.method == "GET":
        form.since.data, form.last_day.data = max(scope.today, place.cohort.since), place.cohort.last_day

    def save() -> None:
        asked = (form.person.picked, form.role.data, form.since.day, form.last_day.data)
        cohort_members.add_member(scope, place, *asked)

    form.person.offer(organising.list_people_here(scope, school), _l("Choose somebody"))
    return keep(
        place, form, save, title=_("Somebody takes part"), button=_("Add"),
        words=[_("What is on here is then on for them. The role is a word: it opens nothing.")],
    )  # fmt: skip


@blueprint.route(COHORT + "/members/<uuid:member>/end", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def end_in_cohort(school: uuid.UUID, cohort: uuid.UUID, member: uuid.UUID) -> Any:
    """Somebody takes part up to and including a day."""
    scope = this_scope()
    place = cohorts.get_place(scope, school, cohort)
    line = cohort_members.get_member(scope, place, member)
    form = LastDayForm()
    if request.method == "GET":
        form.last_day.data = line.last_day or max(scope.today, line.since)
    return keep(
        place, form, lambda: cohort_members.end_member(scope, place, member, form.last_day.day),
        title=_("%(name)s takes part no longer", name=line.name), button=_("Let it end"),
        words=[_("What they wrote stays theirs. What is on through this cohort stays on for them as long as it is on,"
                 " unless they take part in another one.")],
    )  # fmt: skip


@blueprint.route(COHORT + "/trios/new", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def make_trio(school: uuid.UUID, cohort: uuid.UUID) -> Any:
    """A trio of people of this school."""
    scope = this_scope()
    place = cohorts.get_place(scope, school, cohort)
    place.check_takes_part()
    members = cohort_members.list_members(scope, place)
    form = trio_form([(one.id, one.name) for one in members if one.not_over(scope.today)])
    if request.method == "GET":
        form["since"].data, form["last_day"].data = max(scope.today, place.cohort.since), place.cohort.last_day

    def save() -> None:
        chosen = {uuid.UUID(one) for one in form["members"].data}
        trios.make_trio(scope, place, form["name"].data, chosen, form["since"].data, form["last_day"].data)

    return keep(place, form, save, title=_("A trio"), button=_("Make this trio"), words=[OPENS_NOTHING])


@blueprint.route(COHORT + "/trios/<uuid:trio>/end", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def end_trio(school: uuid.UUID, cohort: uuid.UUID, trio: uuid.UUID) -> Any:
    """A trio goes on up to and including a day."""
    scope = this_scope()
    place = cohorts.get_place(scope, school, cohort)
    line = trios.get_trio(scope, place, trio)
    form = LastDayForm()
    if request.method == "GET":
        form.last_day.data = line.last_day or max(scope.today, line.since)
    return keep(
        place, form, lambda: trios.end_trio(scope, place, trio, form.last_day.day),
        title=_("Let %(what)s end", what=line.name), button=_("Let it end"),
        words=[_("Does somebody leave or come? Let this trio end, and make it anew with who is in it then.")],
    )  # fmt: skip
