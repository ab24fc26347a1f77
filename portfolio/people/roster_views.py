"""The administrator's pages about people from a file: choosing one, looking at it, saying yes, and taking it back."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Response, flash, request

from portfolio.access import ADMINISTRATOR, needs
from portfolio.clock import now
from portfolio.errors import Refused, TooManyAttempts
from portfolio.i18n import gettext as _
from portfolio.i18n import ngettext
from portfolio.people import limits, organising, roster, roster_importing, rosters
from portfolio.people.blueprint import blueprint
from portfolio.web import render, see, sent_once, this_app, this_scope

FILE = "/s/<uuid:school>/people/file"
ONE = FILE + "/<uuid:roster>"


@blueprint.route(FILE, methods=["GET", "POST"])
@needs(ADMINISTRATOR)
def people_file(school: uuid.UUID) -> Any:
    """What a file of people looks like, and choosing one. It is read before the transaction begins."""
    scope, error = this_scope(), None
    if request.method == "POST":
        try:
            sheet = roster.read_sheet(_uploaded())
            with this_app().database.read() as session:
                checked = rosters.check_sheet(replace(scope, session=session), school, sheet)
            kept = rosters.keep_roster(scope, school, checked, form_id=sent_once())
            return see("people.people_of_file", school=school, roster=kept)
        except Refused as refused:
            error = refused.errors[""]
    page = render(
        "people/school_file.html",
        school=organising.get_school(scope, school),
        recent=rosters.list_recent(scope, school),
        error=error,
    )
    return page, 422 if error else 200


@blueprint.get(FILE + "/example")
@needs(ADMINISTRATOR)
def example_file(school: uuid.UUID) -> Response:
    """A file to begin with."""
    name, content = roster.example()
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get(ONE)
@needs(ADMINISTRATOR)
def people_of_file(school: uuid.UUID, roster: uuid.UUID) -> str:
    """Who is in a file and what is wrong in it; later, how far it is and what became of it."""
    return _page(school, roster)


@blueprint.post(ONE + "/invite")
@needs(ADMINISTRATOR)
def invite_people_of_file(school: uuid.UUID, roster: uuid.UUID) -> Any:
    """Yes: a job invites them."""
    try:
        _count_file(school, roster)
        roster_importing.confirm(this_scope(), school, roster)
    except Refused as refused:
        return _page(school, roster, refused=refused.errors[""]), 422
    return see("people.people_of_file", school=school, roster=roster)


@blueprint.post(ONE + "/undo")
@needs(ADMINISTRATOR)
def undo_people_of_file(school: uuid.UUID, roster: uuid.UUID) -> Any:
    """Take back who has not begun."""
    try:
        gone, _stay = roster_importing.undo(this_scope(), school, roster)
    except Refused as refused:
        return _page(school, roster, refused=refused.errors[""]), 422
    flash(
        ngettext("%(num)s invitation was taken back.", "%(num)s invitations were taken back.", gone), "success"
    )
    return see("people.people_of_file", school=school, roster=roster)


def _uploaded() -> bytes:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused(_("Choose a file first."))
    try:
        return upload.stream.read(roster.MOST_BYTES + 1)
    finally:
        upload.close()


def _count_file(school_id: uuid.UUID, roster_id: uuid.UUID) -> None:
    """Count a file that is carried out, before a write begins; a second yes counts for nothing. Raises Refused."""
    scope, app = this_scope(), this_app()
    with app.database.read() as reading:
        facts = rosters.get_roster(replace(scope, session=reading), school_id, roster_id)
    if facts.state != rosters.PREVIEW or not facts.people:
        return
    try:
        limits.count_attempt(
            app.database,
            now(),
            (limits.ROSTERS_PER_SCHOOL, str(school_id)),
            (limits.ROSTERS_PER_ADMINISTRATOR, str(scope.me.id)),
        )
    except TooManyAttempts:
        raise Refused(_("Five files were carried out today. Wait a day before the next one.")) from None


def _page(school_id: uuid.UUID, roster_id: uuid.UUID, *, refused: Any = None) -> str:
    scope = this_scope()
    facts = rosters.get_roster(scope, school_id, roster_id)
    lines: list[rosters.ShownLine] = []
    counts: Counter[str] = Counter()
    if facts.state == rosters.PREVIEW:
        lines = rosters.list_lines(scope, roster_id)
        counts = Counter(line.role for line in lines)
    elif facts.state == rosters.DONE:
        lines = rosters.list_lines(scope, roster_id, but=rosters.INVITED)
    return render(
        "people/school_file_people.html",
        school=organising.get_school(scope, school_id),
        roster=facts,
        lines=lines,
        by_role=[(role, number) for role in organising.ROLES if (number := counts[role])],
        roles=organising.ROLES,
        can_be_undone=facts.can_be_undone(scope.now),
        is_slow=facts.is_slow(scope.now),
        refused=refused,
    )
