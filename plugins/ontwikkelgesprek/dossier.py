"""The dossier of a conversation: what the two settled and what is still open to its reader, with a fingerprint.

The fingerprint is the SHA-256 of what stands in it, written down so that equal words give equal bytes. It doesn't cover
names, which people change, nor the moment of printing: the same dossier printed twice has the same one.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.dossier_prints import SHORTEST, Printed, find_prints
from portfolio_plugins.ontwikkelgesprek.models import LEADER
from portfolio_plugins.ontwikkelgesprek.records import Written
from portfolio_plugins.ontwikkelgesprek.showing import Shown, look_at

from portfolio.entries.entry_texts import EntryText
from portfolio.entries.kinds import canonical
from portfolio.entries.snapshots import SnapshotText
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

FORMAT = "ontwikkelgesprek-dossier-1"
UNCHANGED, ITEMS_CHANGED, CHANGED = "unchanged", "items", "changed"
"""What a check says: all is as printed; all but what was handed over; something else differs."""


@dataclass(frozen=True)
class Dossier:
    """What stands in it, for one of the two, as it is now."""

    talk: Talk
    written: Written
    items: Sequence[SnapshotText]

    @property
    def agreed_facts(self) -> dict[str, Any]:
        """What the two wrote and agreed, as it goes into the fingerprint."""
        talk, written = self.talk, self.written
        return {
            "format": FORMAT,
            "conversation": str(talk.id),
            "kind": talk.kind,
            "planned_on": talk.planned_on.isoformat(),
            "begins_at": talk.begins_at,
            "settled": talk.settled,
            "report": _text_facts(written.report),
            "addition": _text_facts(written.addition),
            "agreements": [one.row for one in written.agreements],
            "answers": {side: {"answer": one["answer"], "note": one["note"]} for side, one in written.answers.items()},
        }

    @property
    def facts(self) -> dict[str, Any]:
        """All that the fingerprint is about; of what was handed over its own."""
        return {**self.agreed_facts, "items": [one.sha256 for one in self.items]}

    @property
    def sha256(self) -> str:
        """The fingerprint, 64 signs."""
        return _sha256(self.facts)

    @property
    def agreed_sha256(self) -> str:
        """That of what the two wrote and agreed alone."""
        return _sha256(self.agreed_facts)

    @property
    def short(self) -> str:
        """What stands at the foot of every page."""
        return self.sha256[:16]


@dataclass(frozen=True)
class Check:
    """What is known about a fingerprint."""

    talk: Talk
    prints: Sequence[Printed]
    result: str


def read_dossier(scope: Scope, talk_id: uuid.UUID) -> Dossier:
    """The dossier as the viewer may read it. Raises NotVisible, and NotAllowed where there is nothing to it."""
    shown = look_at(scope, talk_id)
    if not shown.has_dossier:
        raise NotAllowed("dossier")
    return dossier_of(shown)


def dossier_of(shown: Shown) -> Dossier:
    """The same from what a page has gathered already. What was chosen and never opened isn't part of it."""
    return Dossier(shown.talk, shown.written, shown.handed if shown.talk.opened else ())


def read_fingerprint(typed: str) -> str:
    """What somebody typed or pasted, as it is kept. Raises Refused when it can't be one."""
    bare = re.sub(r"[\s:.\u00b7\u2010-\u2015-]", "", typed.casefold())
    bare = bare.removeprefix("sha256")
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", bare):
        told = _("This is no fingerprint: that has digits and the letters a to f, at least %(least)s.", least=SHORTEST)
        raise Refused({"hash": told})
    return bare


def check(scope: Scope, typed: str) -> Check | None:
    """Whether this is the fingerprint of a dossier of the viewer's here, and whether that still reads the same.

    None when it isn't one. Raises Refused for what can't be a fingerprint.
    """
    prints = find_prints(scope, read_fingerprint(typed))
    if not prints:
        return None
    first = prints[0]
    same = [one for one in prints if one.sha256 == first.sha256 and one.conversation_id == first.conversation_id]
    try:
        shown = look_at(scope, first.conversation_id)
    except NotVisible:
        return None
    if shown.talk.i_lead:  # a leader doesn't learn when a teacher was here
        same = [one for one in same if one.side == LEADER]
    now = dossier_of(shown)
    if now.sha256 == first.sha256:
        result = UNCHANGED
    else:
        result = ITEMS_CHANGED if now.agreed_sha256 == first.agreed_sha256 else CHANGED
    return Check(shown.talk, same, result)


def _text_facts(text: EntryText | SnapshotText | None) -> dict[str, Any] | None:
    if text is None:
        return None
    return {"text": text.content.get("text", ""), "day": text.happened_on.isoformat() if text.happened_on else ""}


def _sha256(facts: Any) -> str:
    return hashlib.sha256(canonical(facts)).hexdigest()
