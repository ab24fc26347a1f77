"""Switching plugins on in a cohort, with what the school sets about each; other settings; and switching off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.errors import NotVisible
from portfolio.i18n import gettext as _
from portfolio.people import agreements, cohort_switches, cohorts
from portfolio.people.blueprint import blueprint
from portfolio.people.cohort_forms import PeriodForm, settings_form
from portfolio.people.cohort_views import COHORT, keep
from portfolio.people.relation_forms import LastDayForm
from portfolio.web import render, this_app, this_scope


@blueprint.get(COHORT + "/on")
@needs(ADMINISTRATOR)
def what_can_be_on(school: uuid.UUID, cohort: uuid.UUID) -> str:
    """What can be switched on, in plain words."""
    scope, registry = this_scope(), this_app().registry
    place = cohorts.get_home(scope, school, cohort)
    on = {one.plugin for one in cohort_switches.list_switches(scope, place) if one.not_over(scope.today)}
    arranged = agreements.list_arranged(scope, [cohort]).get(cohort, [])
    return render(
        "people/school_cohort_on.html",
        place=place,
        plugins=[(name, registry.about(name), name in on) for name in registry.list_switchable()],
        ready=len(arranged) == len(agreements.AGREEMENTS),
    )


@blueprint.route(COHORT + "/on/<plugin>", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def switch_on(school: uuid.UUID, cohort: uuid.UUID, plugin: str) -> Any:
    """Switch a plugin on."""
    scope, registry = this_scope(), this_app().registry
    place, plugins = cohorts.get_home(scope, school, cohort), registry.list_switchable()
    if plugin not in plugins:
        raise NotVisible(plugin)
    settings = registry.settings_of(plugin)
    form = settings_form(settings, PeriodForm)(data=settings.form_data(settings.defaults) if settings else None)
    if request.method == "GET":
        form["since"].data, form["last_day"].data = max(scope.today, place.cohort.since), place.cohort.last_day

    def save() -> None:
        chosen = settings.from_form(form.data) if settings else {}
        cohort_switches.switch_on(scope, place, plugin, form["since"].data, form["last_day"].data, plugins, chosen)

    about = registry.about(plugin)
    return keep(
        place, form, save, title=_("Switch on: %(title)s", title=about.title), button=_("Switch on"), about=about
    )


@blueprint.route(COHORT + "/switches/<uuid:switch>/settings", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def change_settings(school: uuid.UUID, cohort: uuid.UUID, switch: uuid.UUID) -> Any:
    """Other settings of a plugin that is on. What can't be read any more begins as it is by default."""
    scope, registry = this_scope(), this_app().registry
    place = cohorts.get_home(scope, school, cohort)
    line = cohort_switches.get_switch(scope, place, switch)
    settings = registry.settings_of(line.plugin)
    if settings is None:
        raise NotVisible(line.plugin)
    form = settings_form(settings)(data=settings.form_data(settings.read(line.settings)))
    return keep(
        place, form,
        lambda: cohort_switches.change_settings(scope, place, switch, settings.from_form(form.data)),
        title=_("Settings of %(title)s", title=registry.about(line.plugin).title), button=_("Save"),
        words=[_("They count at once, for everybody who takes part.")],
    )  # fmt: skip


@blueprint.route(COHORT + "/switches/<uuid:switch>/end", methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def switch_off(school: uuid.UUID, cohort: uuid.UUID, switch: uuid.UUID) -> Any:
    """A plugin is on up to and including a day."""
    scope = this_scope()
    place = cohorts.get_home(scope, school, cohort)
    line = cohort_switches.get_switch(scope, place, switch)
    form = LastDayForm()
    if request.method == "GET":
        form.last_day.data = line.last_day or scope.today
    return keep(
        place, form, lambda: cohort_switches.switch_off(scope, place, switch, form.last_day.day),
        title=_("Let %(what)s end", what=this_app().registry.about(line.plugin).title), button=_("Let it end"),
        words=[
            _("Switched off, nobody loses a word: who wrote reads it, takes it along or deletes it, and nobody else"
              " sees it."),
            _("With yesterday as its last day it ends at once."),
        ],
    )  # fmt: skip
