"""Preparing apart, and opening both parts at the same moment: nothing of the one is shown to the other before."""

from __future__ import annotations

import datetime as dt
import uuid

from portfolio_plugins.ontwikkelgesprek import items, log, news
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk, put
from portfolio_plugins.ontwikkelgesprek.kinds import LeaderPreparation, TeacherPreparation
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER, Conversation
from portfolio_plugins.ontwikkelgesprek.settings import NAME, UNSETTLED
from portfolio_plugins.ontwikkelgesprek.texts import read_texts
from sqlalchemy import case, update

from portfolio.entries.entry_texts import EntryText
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.models import Entry
from portfolio.entries.writing import create_entry, edit_entry
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

PARTS: dict[str, type[Kind]] = {TEACHER: TeacherPreparation, LEADER: LeaderPreparation}


def keep_part(scope: Scope, talk: Talk, own: EntryText | None, draft: Draft, form_id: uuid.UUID | None) -> None:
    """Keep the viewer's own preparation: theirs alone until both have released. `own` is what they had.

    Raises NotAllowed once both are open, or nothing can be added to the conversation; Conflict and Refused as the
    trunk's own writing.
    """
    if not talk.can_prepare:
        raise NotAllowed("prepare")
    kind = PARTS[talk.side]
    if own is not None:
        edit_entry(scope, own.id, kind, draft)
        return
    # `looked`: the same words for another conversation are another text, or that one would open with this.
    written = create_entry(
        scope, NAME, kind, draft, form_id=form_id, portfolio_id=talk.portfolio_id, looked=True
    )
    name = f"{talk.side}_part_id"
    if not put(scope, talk.id, {name: written}, getattr(Conversation, name).is_not_distinct_from(getattr(talk, name))):
        raise Conflict(read_texts(scope, get_talk(scope, talk.id)).part(talk.side))


def release(scope: Scope, talk_id: uuid.UUID) -> bool:
    """Say that the viewer's part may open. When the other has said so too, both open now, with what was handed over.

    Returns whether they opened by this. The update of the row is what two at once wait for, so it happens once.
    Raises Refused without a part, NotAllowed for what can't go on.
    """
    talk = get_talk(scope, talk_id)
    if talk.opened or talk.released(talk.side):
        return False
    if not talk.goes_on:
        raise NotAllowed("release")
    if read_texts(scope, talk).part(talk.side) is None:
        raise Refused(_("Write your own preparation first; a few words are enough."))
    mine = getattr(Conversation, f"{talk.side}_released_at")
    going_on = (Conversation.cancelled_at.is_(None), Conversation.settled_at.is_(None))
    if not put(scope, talk_id, {f"{talk.side}_released_at": scope.now}, mine.is_(None), *going_on):
        return False
    log.write_line(scope, talk_id, talk.side, log.RELEASED)
    news.tell_other(scope, talk, news.RELEASED)
    both = (Conversation.teacher_released_at.is_not(None), Conversation.leader_released_at.is_not(None))
    until = scope.now + UNSETTLED
    opening = {"opened_at": scope.now, "items_until": until}
    if not put(scope, talk_id, opening, *both, Conversation.opened_at.is_(None)):
        return False
    _open(scope, get_talk(scope, talk_id), until)
    return True


def take_release_back(scope: Scope, talk_id: uuid.UUID) -> None:
    """Close one's own part again, as long as the other hasn't released. Raises Refused when both are open by now."""
    talk = get_talk(scope, talk_id)
    still = (Conversation.opened_at.is_(None), getattr(Conversation, f"{talk.side}_released_at").is_not(None))
    if put(scope, talk_id, {f"{talk.side}_released_at": None}, *still):
        log.write_line(scope, talk_id, talk.side, log.TAKEN_BACK)
    elif get_talk(scope, talk_id).opened:
        raise Refused(_("Both are open already: %(name)s released too.", name=talk.other))


def _open(scope: Scope, talk: Talk, until: dt.datetime) -> None:
    """Both parts can be read by both from here on; the teacher's and what was handed over until then."""
    parts = [one for one in (talk.teacher_part_id, talk.leader_part_id) if one is not None]
    scope.session.execute(
        update(Entry)
        .where(Entry.id.in_(parts), Entry.portfolio_id == talk.portfolio_id)
        .values(audience="portfolio", closes_at=case((Entry.id == talk.teacher_part_id, until)))
        .execution_options(synchronize_session=False)
    )
    items.open_all(scope, talk.id, until)
    log.write_line(scope, talk.id, "", log.OPENED)
