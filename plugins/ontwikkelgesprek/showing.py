"""What the pages about one conversation show, gathered once for all of them; and how long reading it takes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.ontwikkelgesprek import items, records, reporting
from portfolio_plugins.ontwikkelgesprek.agreements import WHO, Agreements, read_agreements
from portfolio_plugins.ontwikkelgesprek.conversations import Talk, get_talk
from portfolio_plugins.ontwikkelgesprek.models import LEADER, TEACHER
from portfolio_plugins.ontwikkelgesprek.records import Written
from portfolio_plugins.ontwikkelgesprek.texts import Texts, count_words, minutes_to_read, read_texts

from portfolio.entries.entry_texts import EntryText
from portfolio.entries.models import HANDED
from portfolio.entries.presenting import facts_of, facts_of_snapshot, find_kind
from portfolio.entries.readers_log import note_reading
from portfolio.entries.snapshots import SnapshotText
from portfolio.i18n import gettext as _
from portfolio.scope import Scope
from portfolio.web import render


@dataclass(frozen=True)
class Shown:
    """A conversation with all that its viewer may read of it now."""

    talk: Talk
    texts: Texts
    agreements: Agreements
    handed: Sequence[SnapshotText]
    written: Written
    changed: Collection[uuid.UUID] = ()
    """Of what the teacher chose, the ids of those whose text says something else by now."""

    @property
    def minutes(self) -> int:
        """How long the leader reads: the teacher's part and what is handed over."""
        words = [_plain(one.kind, one.content, one.title) + " " + one.note for one in self.handed]
        part = self.texts.teacher_part
        return minutes_to_read(count_words([*words, _plain(part.kind, part.content, "") if part else ""]))

    @property
    def has_dossier(self) -> bool:
        """There is something to print: a record until its term is over, and before that what opened or was reported."""
        if self.talk.settled:
            return self.written.closes_at is not None
        return self.talk.opened or self.written.report is not None

    @property
    def version(self) -> str:
        """Which report, addition and agreements these are: see `reporting.version_of`."""
        return reporting.version_of(self.talk, self.texts)

    @property
    def seen(self) -> str:
        """The same as long as nothing changed for this reader on the page of the talk."""
        talk = self.talk  # not all of it: what the other prepares, and that they do, changes nothing for this reader
        told: list[Any] = [talk.number, talk.opened_at, talk.cancelled_at, talk.settled_at, talk.leader_there]
        told += [[(one.id, one.number) for one in self.texts.everything()], self.agreements]
        told.append([one.id for one in self.handed])
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def look_at(scope: Scope, talk_id: uuid.UUID) -> Shown:
    """Everything about a conversation. Others' words that are in it are in the access log. At most six queries."""
    talk = get_talk(scope, talk_id)
    texts = read_texts(scope, talk)
    rows = items.list_rows(scope, talk)
    note_reading(scope, *texts.everything())
    handed = [one for one in rows if one.role == HANDED]
    agreements = read_agreements(scope, talk)
    written = records.read_record(talk, rows) if talk.settled else reporting.as_it_stands(talk, texts, agreements.now)
    choosing = not talk.i_lead and not talk.opened
    return Shown(talk, texts, agreements, handed, written, items.list_changed(scope, handed) if choosing else ())


def page(template: str, talk: Talk, **more: Any) -> str:
    """Render a page about a conversation."""
    return render(
        f"ontwikkelgesprek/{template}.html",
        talk=talk,
        here={"portfolio": talk.portfolio_id, "talk": talk.id},
        portfolio_id=talk.portfolio_id,
        who=who_sees(talk),
        told=told,
        whose=whose(talk),
        sides=((TEACHER, talk.teacher), (LEADER, talk.leader)),
        find_kind=find_kind,
        **more,
    )


def show(template: str, shown: Shown, **more: Any) -> str:
    """Render a page with everything about a conversation."""
    return page(template, shown.talk, shown=shown, written=shown.written, **more)


def whose(talk: Talk) -> dict[str, Any]:
    """Who can do what is agreed, in words: the two by name."""
    return {code: talk.name_of(code) or label for code, label in WHO.items()}


def who_sees(talk: Talk) -> str:
    """Who sees a page of this conversation, as a sentence."""
    if not talk.leader_there:
        return _("Only you see this page: %(name)s leads you no longer.", name=talk.leader)
    return _("You and %(name)s see this page.", name=talk.other)


def told(one: EntryText | SnapshotText) -> Any:
    """The facts of a text or of what was handed over, in the order of their fields."""
    return facts_of_snapshot(one) if isinstance(one, SnapshotText) else facts_of(one)


def _plain(kind_name: str, content: dict[str, Any], title: str) -> str:
    kind = find_kind(kind_name)
    return kind.search_text(title, content) if kind else " ".join(map(str, content.values()))
