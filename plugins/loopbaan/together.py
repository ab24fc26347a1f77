"""What lies between a teacher and their leader: agreed roles and recognition, in the joint portfolio of the two."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from portfolio_plugins.loopbaan.catalogue import NAME
from portfolio_plugins.loopbaan.kinds import WordsReceived
from portfolio_plugins.loopbaan.shared_kinds import AgreedRole, Recognition

from portfolio.entries.entry_texts import EntryText, list_texts_there
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.entries.writing import create_entry
from portfolio.errors import NotAllowed, NotVisible
from portfolio.people.joint import Together, get_together
from portfolio.scope import Scope


@dataclass(frozen=True)
class Between:
    """What the two wrote, newest first."""

    who: Together
    roles: Sequence[EntryText]
    words: Sequence[EntryText]


def read_between(scope: Scope, portfolio_id: uuid.UUID) -> Between:
    """What lies in this joint portfolio. Raises NotVisible where the viewer takes no part. Two queries."""
    who = get_together(scope, portfolio_id)
    texts = list_texts_there(scope, [portfolio_id], (AgreedRole, Recognition))
    return Between(
        who,
        [one for one in texts if one.kind == AgreedRole.name],
        [one for one in texts if one.kind == Recognition.name],
    )


def list_received(scope: Scope) -> list[EntryText]:
    """What lies in the viewer's joint portfolios, newest first: for the first page of a teacher. At most one query."""
    as_teacher = scope.relations.joint - scope.relations.led_portfolios
    places = [place for place in as_teacher if scope.gate.is_on_at(place, NAME)]
    return list_texts_there(scope, places, (AgreedRole, Recognition))


def list_recognised(scope: Scope, places: Sequence[uuid.UUID]) -> list[EntryText]:
    """What the viewer recognised in these joint portfolios, newest first. At most one query."""
    return [one for one in list_texts_there(scope, places, (Recognition,)) if one.author_id == scope.me.id]


def write_between(
    scope: Scope, portfolio_id: uuid.UUID, kind: type[Kind], draft: Draft, form_id: uuid.UUID | None
) -> uuid.UUID:
    """Write an agreed role, or as the leader a recognition; returns its id.

    Raises NotAllowed for a recognition by the teacher, or by anybody once the leadership is over; NotVisible elsewhere.
    """
    check_may_write(scope, get_together(scope, portfolio_id), kind)
    return create_entry(scope, NAME, kind, draft, form_id=form_id, portfolio_id=portfolio_id)


def check_may_write(scope: Scope, who: Together, kind: type[Kind]) -> None:
    """Raises NotAllowed where this isn't for the viewer to write."""
    if not who.not_over(scope.today) or (kind is Recognition and not who.i_lead):
        raise NotAllowed(kind.name)


def get_recognition(scope: Scope, entry_id: uuid.UUID) -> OpenEntry:
    """A recognition that the viewer was given. Raises NotVisible for anything else. One query."""
    found = get_entry(scope, entry_id, readers=False)
    given = found.kind == Recognition.name and found.portfolio_id in scope.relations.joint
    if not given or found.mine or found.deleted_at is not None:
        raise NotVisible(str(entry_id))
    return found


def take_up(scope: Scope, recognition: OpenEntry, draft: Draft, form_id: uuid.UUID | None) -> uuid.UUID:
    """Keep a leader's words in the viewer's own portfolio, as an entry of their own; returns its id.

    The words, whose they are and their day come from what the leader wrote, never from a form.
    """
    quoted = {
        "words": recognition.content["words"],
        "by": recognition.author_name,
        "given_on": recognition.happened_on.isoformat(),
    }
    kept = Draft(draft.title, draft.happened_on, None, None, draft.content | quoted, 0)
    return create_entry(scope, NAME, WordsReceived, kept, form_id=form_id)
