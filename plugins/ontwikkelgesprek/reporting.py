"""The report, the addition, and what each side says about them: once both have answered, it is settled and frozen.

An answer names the version it was about. So any change of report, addition or agreements, by whatever page, takes both
answers back by itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from portfolio_plugins.ontwikkelgesprek import items, log, news, records
from portfolio_plugins.ontwikkelgesprek.agreements import Agreed, read_agreements
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk, put
from portfolio_plugins.ontwikkelgesprek.kinds import Addition, Report
from portfolio_plugins.ontwikkelgesprek.models import AGREE, DIFFER, LEADER, TEACHER, Conversation
from portfolio_plugins.ontwikkelgesprek.records import Written
from portfolio_plugins.ontwikkelgesprek.settings import NAME, read_terms
from portfolio_plugins.ontwikkelgesprek.texts import Texts, read_texts
from sqlalchemy import case, inspect, update
from sqlalchemy.orm import Session

from portfolio.entries.entry_texts import EntryText
from portfolio.entries.inputs import too_long
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.models import Entry
from portfolio.entries.writing import create_entry, edit_entry
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.markdown import clean
from portfolio.scope import Scope

NOTE_LENGTH = 2_000
WRITTEN_BY: dict[str, tuple[type[Kind], str, str]] = {
    TEACHER: (Report, "report_id", log.REPORTED),
    LEADER: (Addition, "addition_id", log.ADDED),
}
"""What each side writes afterwards, where the conversation names it, and what the log says."""


def keep_text(scope: Scope, talk: Talk, own: EntryText | None, draft: Draft, form_id: uuid.UUID | None) -> None:
    """Keep the report (as the teacher) or the addition (as the leader); the other reads it at once. `own` was there.

    Raises NotAllowed before it can have been held and once it is settled; Conflict when it was changed since the form
    saw it; Refused as the trunk's own writing.
    """
    now = get_talk(scope, talk.id, lock=True)
    if not now.can_report:
        raise NotAllowed("report")
    kind, name, what = WRITTEN_BY[talk.side]
    if own is not None:
        if not edit_entry(scope, own.id, kind, draft):
            return
    else:
        written = create_entry(
            scope, NAME, kind, draft, form_id=form_id, portfolio_id=talk.portfolio_id, looked=True
        )  # the same words about another conversation are another text
        if getattr(now, name) not in (getattr(talk, name), written):  # from another window, a moment ago
            there = read_texts(scope, now)
            raise Conflict(there.addition if talk.i_lead else there.report)
        put(scope, talk.id, {name: written})
    log.write_line(scope, talk.id, talk.side, what)
    news.tell_other(scope, talk, news.ANSWER)


def version_of(talk: Talk, texts: Texts) -> str:
    """Which report, addition and agreements there are now: another one after any change. Empty without a report."""
    if texts.report is None:
        return ""
    parts = [f"{one.id} {one.number}" if one else "" for one in (texts.report, texts.addition)]
    return hashlib.sha256("/".join([*parts, str(talk.agreements_number)]).encode()).hexdigest()[:32]


def counts(talk: Talk, side: str, version: str) -> bool:
    """Whether what that side answered is about what stands there now."""
    found = talk.answer_of(side)
    return bool(version) and bool(found.answer) and found.about == version


def as_it_stands(talk: Talk, texts: Texts, agreed: Sequence[Agreed]) -> Written:
    """What the two wrote and agreed until now, with the answers that are about that."""
    version = version_of(talk, texts)
    said = {side: talk.answer_of(side) for side in (TEACHER, LEADER) if counts(talk, side, version)}
    answers = {side: {"answer": one.answer, "note": one.note} for side, one in said.items()}
    return Written(texts.report, texts.addition, agreed, answers)


def answer(scope: Scope, talk_id: uuid.UUID, said: str, note: str, seen: str) -> bool:
    """Say that one agrees, or sees it differently with a note. Returns whether it is settled by this.

    Raises Conflict when something was changed since the version `seen`, Refused for a difference without a word or
    without a report, NotAllowed once it is settled.
    """
    talk = get_talk(scope, talk_id, lock=True)
    if not talk.can_report:
        raise NotAllowed("answer")
    texts = read_texts(scope, talk)
    version = version_of(talk, texts)
    note = clean(note).strip()
    if not version:
        raise Refused(_("There is no report yet."))
    if said not in (AGREE, DIFFER):
        raise Refused({"answer": _("Choose one of these.")})
    if said == DIFFER and not note:
        raise Refused({"note": _("Say in a few words what you see differently.")})
    if len(note) > NOTE_LENGTH:
        raise Refused({"note": too_long(NOTE_LENGTH, len(note))})
    if seen != version:
        raise Conflict(talk)
    values = {"answer": said, "note": note, "answered_at": scope.now, "answered_to": version}
    said_now: dict[str, Any] = {f"{talk.side}_{name}": value for name, value in values.items()}
    if counts(talk, TEACHER if talk.i_lead else LEADER, version):
        _settle(scope, replace(talk, **said_now), texts, said_now)
        return True
    put(scope, talk_id, said_now)
    log.write_line(scope, talk_id, talk.side, log.ANSWERED)
    news.tell_other(scope, talk, news.ANSWER)
    return False


def forget_leader(session: Session, person_id: uuid.UUID) -> None:
    """Erase what a leader answered, in every conversation of theirs.

    An account can be closed also where this folder has come and its tables haven't been made yet.
    """
    if not inspect(session.connection()).has_table(Conversation.__tablename__):
        return
    nothing = {"leader_answer": "", "leader_note": "", "leader_answered_at": None, "leader_answered_to": ""}
    session.execute(
        update(Conversation)
        .where(Conversation.leader_id == person_id)
        .values(**nothing)
        .execution_options(synchronize_session=False)
    )


def _settle(scope: Scope, talk: Talk, texts: Texts, said_now: dict[str, Any]) -> None:
    """Freeze what was answered to: from here on both read the record, and the term of what was handed over begins.

    What they said in their own words lies in the record alone from then on, and goes with it.
    """
    terms = read_terms(scope)
    until = terms.items_until(scope.now)
    if talk.items_until is not None:
        until = min(until, talk.items_until)  # never later than what they were told when it opened
    agreed = read_agreements(scope, talk).now  # once settled they are read as long as there is a record of them
    words = {f"{side}_note": "" for side in (TEACHER, LEADER)}
    put(scope, talk.id, said_now | words | {"settled_at": scope.now, "items_until": until})
    records.freeze(scope, talk, texts, agreed, terms.record_until(scope.today))
    items.settle(scope, talk.id, until)
    _close(scope, talk, until)
    log.write_lines(scope.session, [(talk.id, talk.side, log.ANSWERED), (talk.id, "", log.SETTLED)], scope.now)
    news.tell_other(scope, talk, news.SETTLED)


def _close(scope: Scope, talk: Talk, until: dt.datetime) -> None:
    """Report and addition are their writers' from here on; the teacher's preparation closes to the leader then."""
    ours = (talk.teacher_part_id, talk.report_id, talk.addition_id)
    part = Entry.id == talk.teacher_part_id
    scope.session.execute(
        update(Entry)
        .where(Entry.id.in_([one for one in ours if one is not None]), Entry.portfolio_id == talk.portfolio_id)
        .values(audience=case((part, Entry.audience), else_="author"), closes_at=case((part, until), else_=None))
        .execution_options(synchronize_session=False)
    )
