"""Steps of teachers with their own texts: writing, linking, sharing, answering, erasing. See `doors_model.py`."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis.stateful import rule
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import PEOPLE, RUBEN, TEACHERS, Own
from portfolio_plugins.ontwikkelgesprek.tests.doors_relations import Relations, seldom, which
from sqlalchemy import insert

from portfolio.clock import now, today
from portfolio.entries import bin as entry_bin
from portfolio.entries import commenting, sharing, writing
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Attachment

FIELDS = {
    "evidence": ("story", "pupils_noticed"),
    "goal": ("why", "room_for_others"),
    "spoken_ambition": ("text", "first_move"),
    "private_ambition": ("text",),
    "reflection": ("text",),
}
"""The kinds that are written, with fields of theirs; each says a word of its own in each."""
LINKS = {"evidence": ("shows", "goal"), "private_ambition": ("beneath", "spoken_ambition"),
         "reflection": ("looks_back_on", "")}  # fmt: skip


class Texts(Relations):
    """What teachers write in their own portfolio."""

    def write_something(self) -> None:
        """Of every kind one of Fenna's, one shared with a coach and one with the circle; and one of Idris's."""
        for turn in range(len(FIELDS)):
            self.writes(0, turn)
        self.writes(1, 0)
        self.shares(0, 1)
        self.shares(1, 3 * RUBEN)

    @rule(author=which, kind=which)
    def writes(self, author: int, kind: int) -> None:
        """A text with a word in its title and in each field; linked to an earlier one where its kind has links."""
        writer, name = TEACHERS[author % 2], list(FIELDS)[kind % len(FIELDS)]
        cls = self.app.registry.kinds[name]
        entry = Own(writer, cls, uuid.UUID(int=0), {})
        for said in ("title", *FIELDS[name]):
            word = self.word(writer)
            self.words[word].stands_in.append(lambda one=said, word=word: self.of_own(entry, one, word))
            entry.says[said] = word
        link, to_kind = LINKS.get(name, ("", ""))
        ends = [
            one.id for one in self.entries
            if one.author == writer and not one.binned and to_kind in ("", one.kind.name) and one.kind.shareable
        ]  # fmt: skip
        links = {link: ends[-1:]} if link and ends else None
        made = self.tries(
            writer,
            lambda scope: writing.create_entry(
                scope, self.app.registry.owner_of[name], cls, self.draft_of(entry), links=links
            ),
        )
        if made:
            entry.id = made
            self.entries.append(entry)
            self.addresses.append(f"/p/{self.own[writer]}/{self.app.registry.owner_of[name]}/{made}/")
            self.done("writes" if cls.shareable else "writes_a_private_half")
            if name == "evidence":
                self.has_a_file(entry)

    def has_a_file(self, entry: Own) -> None:
        """A picture with a word for a name; it goes along with what is handed over."""
        word = self.word(entry.author)
        self.words[word].stands_in.append(lambda: self.of_own(entry, "file", word))
        entry.says["file"] = word
        with self.app.database.write() as session:
            session.execute(
                insert(Attachment).values(
                    entry_id=entry.id, filename=f"{word}.png", media_type="image/png", size=3, sha256="0" * 64,
                    pupils="no", added_at=now(),
                )
            )  # fmt: skip

    def draft_of(self, entry: Own) -> Draft:
        """The text as it stands in the model."""
        content = {name: said for name, said in entry.says.items() if name not in ("title", "file")}
        return Draft(entry.says["title"], today(), None, None, entry.kind.empty() | content, entry.number)

    @rule(number=which, field=which)
    def edits(self, number: int, field: int) -> None:
        """A later edit: the words it replaces are in its history, and in what was handed over before."""
        entry = self.find(self.entries, number)
        if entry is None or entry.binned:
            return
        names = [name for name in entry.says if name != "file"]
        name, before = names[field % len(names)], dict(entry.says)
        word = self.word(entry.author)
        self.words[word].stands_in.append(lambda: self.of_own(entry, name, word))
        entry.says[name] = word
        changed = self.draft_of(entry)
        if self.tries(entry.author, lambda scope: writing.edit_entry(scope, entry.id, entry.kind, changed)):
            entry.number += 1
            self.done("edits")
        else:
            entry.says = before

    @rule(number=which, to=which)
    def shares(self, number: int, to: int) -> None:
        """With the coach, the circle, or somebody by address; never with a leader."""
        entry = self.find(self.entries, number)
        if entry is None or entry.author in self.gone:
            return
        via = ("coach", "circle", str(to // 3 % (len(PEOPLE) - 1)))[to % 3]
        code, address, hangs_on = "", "", object()
        if via == "coach":
            hangs_on = self.coachings.get(entry.author, hangs_on)
            code = f"coaching:{hangs_on}"
        elif via == "circle":
            code = f"circle:{self.circle}"
        elif int(via) in self.gone:
            return
        else:
            address = self.emails[int(via)]
        made = self.tries(
            entry.author, lambda scope: sharing.share_entry(scope, entry.id, entry.kind, code, None, address)
        )
        if made:
            assert entry.kind.shareable, "a private half is shared"
            assert not (via.isdigit() and self.led_by(int(via), entry.author)), "shared with who leads them"
            entry.shares[via] = made, hangs_on
            self.done(f"shares_with_{via if not via.isdigit() else 'a_person'}")
            self.comments(0, to, entry)

    @rule(number=which, seldom=seldom)
    def shares_no_more(self, number: int, seldom: int) -> None:
        """Its owner ends a share."""
        entry = self.find([one for one in self.entries if one.shares], number)
        if entry is None or seldom > 5:
            return
        via = sorted(entry.shares)[number % len(entry.shares)]
        share = entry.shares[via][0]
        if self.tries(entry.author, lambda scope: sharing.end_share(scope, entry.id, share)):
            del entry.shares[via]
            self.done("shares_no_more")

    @rule(number=which, reader=which)
    def comments(self, number: int, reader: int, of: Any = None) -> None:
        """A reader says something: for the owner's eyes, never for a leader's."""
        entry = of or self.find([one for one in self.entries if one.shares], number)
        if entry is None:
            return
        who = RUBEN if "coach" in entry.shares and reader % 2 else reader % (len(PEOPLE) - 1)
        if who == entry.author:
            return
        word = self.word(who, lambda: {entry.author})
        if self.tries(who, lambda scope: commenting.add_comment(scope, entry.id, "mirror", word)):
            self.done("comments")

    @rule(number=which, seldom=seldom)
    def is_erased(self, number: int, seldom: int) -> None:
        """An own text goes into the bin, and out of it for good; what was handed over of it stays as it was."""
        entry = self.find(self.entries, number)
        if entry is None or seldom > 1 or entry.binned:
            return
        if self.tries(entry.author, lambda scope: entry_bin.bin_entry(scope, entry.id)):
            entry.binned = True
            entry.shares.clear()
            self.done("is_binned")
            if seldom and self.tries(entry.author, lambda scope: entry_bin.erase_now(scope, entry.id)):
                self.done("is_erased")
