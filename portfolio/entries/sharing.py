"""Sharing: with my coach, a person or a circle, until a day; ended at any time, without a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from portfolio.access import KEEP, READ, WRITE
from portfolio.db import new_id
from portfolio.entries.guarding import Words, words_of_files
from portfolio.entries.kinds import Kind
from portfolio.entries.models import PERSON, Attachment, Share
from portfolio.entries.readers import find_readers
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.errors import NotVisible, Refused
from portfolio.events import EntryShared
from portfolio.gate import chain_for
from portfolio.i18n import gettext as _
from portfolio.notices.addresses import AddressError, account_address
from portfolio.notices.kinds import SHARED
from portfolio.notices.telling import notify
from portfolio.people.models import CircleMember, Coaching, Person
from portfolio.people.picking import list_known
from portfolio.people.wall import is_led_between, lock_people
from portfolio.scope import Scope, load_relations

LONGEST = dt.timedelta(days=3653)


@dataclass(frozen=True)
class Target:
    """Somebody an entry can be shared with. `via` is coaching, circle or person."""

    via: str
    id: uuid.UUID
    name: str

    @property
    def code(self) -> str:
        """As a form sends it."""
        return f"{self.via}:{self.id}"


_ORDER = {"coaching": 0, "circle": 1, "person": 2}


def list_targets(scope: Scope) -> list[Target]:
    """Whom the viewer can pick: own coaches, circles, and the people in them; never somebody across the wall."""
    found = [Target(one.via, one.id, one.name) for one in list_known(scope) if one.via in _ORDER]
    return sorted(found, key=lambda target: _ORDER[target.via])


def share_entry(
    scope: Scope,
    entry_id: uuid.UUID,
    kind: type[Kind],
    target: str,
    last_day: dt.date | None,
    address: str = "",
    *,
    look_first: Callable[[Sequence[Words]], None] = lambda files: None,
) -> uuid.UUID:
    """Share an entry with a target of `list_targets` (its code) or an e-mail address; returns the share's id.

    `look_first` is given the words of the files when nothing else is in the way and nothing is written yet; it may
    raise a Refused of its own, as the text guard does. The answer is the same whether the address has an account here
    or not. Raises Refused for oneself, one's leader or somebody one leads, a day that can't be, a locked file, or a
    kind that is never shared.
    """
    _lock_and_look_again(scope)
    entry = get_entry(scope, entry_id, WRITE, readers=False)
    _check_last_day(scope, last_day)
    files = _check_shareable(scope, entry, kind)
    values: dict[str, object] = {"address": ""}
    if target:
        found = next((one for one in list_targets(scope) if one.code == target), None)
        if found is None:
            raise Refused({"target": _("Choose one of these.")})
        values[f"{found.via}_id"] = found.id
    else:
        values |= _by_address(scope, address)
    look_first(files)
    chain, until = _chain(scope, entry.plugin), _day_after(last_day)
    running = _same_running(scope, entry_id, values)
    if running is not None:
        person = values.get("person_id")
        share_id, before = running
        newly = {"person_id": person, "shared_at": scope.now} if person not in (None, before) else {}
        scope.session.execute(update(Share).where(Share.id == share_id).values(until=until, chain=chain, **newly))
        if newly:
            _tell(scope, entry_id, share_id, [person])
        return share_id
    return _add_share(scope, entry_id, values | {"chain": chain, "until": until})


def share_written(
    scope: Scope, entry_id: uuid.UUID, plugin: str, target: Target, last_day: dt.date | None
) -> uuid.UUID:
    """Share what was written in this very transaction with a person or circle; returns the share's id. Four queries.

    For a form that says to whom the words go. Raises Refused when the target can't be picked (any more).
    """
    _lock_and_look_again(scope)
    if target not in list_targets(scope):
        raise Refused(_("This can't be shared with them any more."))
    values: dict[str, object] = {"address": "", f"{target.via}_id": target.id}
    return _add_share(scope, entry_id, values | {"chain": _chain(scope, plugin), "until": _day_after(last_day)})


def read_until(scope: Scope, entry_id: uuid.UUID, last_day: dt.date | None) -> None:
    """The viewer reads what is shared with them by name up to this day, or without end; its author can always stop it.

    For what was written to somebody who may keep it, and whose form says so. What ends because one of the two becomes
    the other's leader, ends all the same. Raises NotVisible when it isn't shared so.
    """
    entry = get_entry(scope, entry_id, READ, readers=False)
    lock_people(scope.session, scope.me.id, entry.author_id)
    if is_led_between(scope.session, scope.me.id, [entry.author_id], scope.today):
        return
    theirs = [Share.entry_id == entry.id, Share.person_id == scope.me.id, Share.running(scope.today)]
    if last_day is not None:  # what ends already, ends no later
        theirs.append(Share.until.is_(None))
    changed = scope.session.execute(update(Share).where(*theirs).values(until=_day_after(last_day)))
    if changed.rowcount == 0 and last_day is None:  # type: ignore[attr-defined]
        raise NotVisible(str(entry_id))


def confirm_share(
    scope: Scope,
    entry_id: uuid.UUID,
    share_id: uuid.UUID,
    kind: type[Kind],
    *,
    look_first: Callable[[Sequence[Words]], None] = lambda files: None,
) -> None:
    """Have a share that sleeps, since its plugin was off for a while, reach its readers again.

    Raises NotVisible when it has ended, Refused as `share_entry`.
    """
    entry = get_entry(scope, entry_id, WRITE)
    files = _check_shareable(scope, entry, kind)
    look_first(files)
    woken = scope.session.execute(
        update(Share)
        .where(Share.id == share_id, Share.entry_id == entry_id, Share.running(scope.today))
        .values(chain=_chain(scope, entry.plugin))
    )
    if woken.rowcount == 0:  # type: ignore[attr-defined]
        raise NotVisible(str(share_id))
    readers = find_readers(scope, [entry_id])
    reached = [one.person_id for one in readers if one.share_id == share_id and one.reaches]
    _tell(scope, entry_id, share_id, reached)


def end_share(scope: Scope, entry_id: uuid.UUID, share_id: uuid.UUID) -> None:
    """Stop sharing, from this moment. Always works for the owner; ending what has ended is fine."""
    get_entry(scope, entry_id, KEEP)
    scope.session.execute(
        update(Share)
        .where(Share.id == share_id, Share.entry_id == entry_id, Share.running(scope.today))
        .values(until=scope.today)
    )


def _lock_and_look_again(scope: Scope) -> None:
    """A leadership that begins takes this lock too: what was known before it may be old."""
    lock_people(scope.session, scope.me.id)
    scope.relations = load_relations(scope.session, scope.me.id, scope.today)


def _add_share(scope: Scope, entry_id: uuid.UUID, values: dict[str, object]) -> uuid.UUID:
    share_id = new_id()
    begins = {"shared_at": scope.now, "since": scope.today}
    scope.session.execute(insert(Share).values(id=share_id, entry_id=entry_id, **begins, **values))
    _tell(scope, entry_id, share_id, _reached(scope, values))
    return share_id


def _reached(scope: Scope, target: dict[str, object]) -> Any:
    """Whom a new share is for: nothing is in its way now, and whether anything is later is asked when they read."""
    if "coaching_id" in target:
        return select(Coaching.coach_id).where(Coaching.id == target["coaching_id"])
    if "circle_id" in target:
        members = select(CircleMember.person_id).where(CircleMember.circle_id == target["circle_id"])
        return members.where(CircleMember.counts(scope.today))
    return [target["person_id"]]


def _tell(scope: Scope, entry_id: uuid.UUID, share_id: uuid.UUID, reached: Any) -> None:
    """Whoever this share reaches today has news."""
    notify(scope, SHARED, reached, entry_id=entry_id)
    scope.tell(EntryShared(entry_id, share_id=share_id))


def _day_after(last_day: dt.date | None) -> dt.date | None:
    return last_day + dt.timedelta(days=1) if last_day else None


def _chain(scope: Scope, plugin: str) -> Any:
    return None if plugin in scope.gate.always else chain_for(scope.me.id, plugin, scope.today)


def _check_shareable(scope: Scope, entry: OpenEntry, kind: type[Kind]) -> list[Words]:
    """Returns the words that go along with its files."""
    if entry.deleted_at is not None:
        raise NotVisible(str(entry.id))
    if not kind.shareable or entry.portfolio_kind != PERSON:
        raise Refused(_("This text stays with you alone; it can't be shared."))
    return _check_files(scope, entry.id)


def _check_last_day(scope: Scope, last_day: dt.date | None) -> None:
    if last_day is None:
        return
    if last_day < scope.today:
        raise Refused({"last_day": _("This day has passed. Choose today or a later day, or leave it empty.")})
    if last_day > scope.today + LONGEST:
        raise Refused({"last_day": _("This is more than ten years away. Choose an earlier day, or leave it empty.")})


def _check_files(scope: Scope, entry_id: uuid.UUID) -> list[Words]:
    files = scope.session.execute(
        select(Attachment.filename, Attachment.alt, Attachment.pupils)
        .where(Attachment.entry_id == entry_id)
        .order_by(Attachment.added_at, Attachment.id)
    ).all()
    if any(file.pupils != "no" for file in files):
        raise Refused(
            _(
                "A file here may show pupils recognisably, so this can't be shared. Replace the file, or answer the"
                " question about pupils at the file."
            )
        )
    return words_of_files(files)


def _by_address(scope: Scope, address: str) -> dict[str, object]:
    if not address.strip():
        raise Refused({"target": _("Choose with whom you share this, or type an e-mail address.")})
    try:
        address = account_address(address)
    except AddressError as error:
        raise Refused({"address": error.message}) from None
    person = scope.session.scalars(select(Person.id).where(Person.email == address)).one_or_none()
    if person == scope.me.id:
        raise Refused({"address": _("This is your own address. You can read it anyway.")})
    if person in scope.relations.leaders:
        raise Refused({"address": _("You can't share this with your own leader; your portfolio is not part of that.")})
    if person in scope.relations.led:
        raise Refused({"address": _("You can't share this with somebody whose leader you are.")})
    return {"address": address, "person_id": person}


def _same_running(
    scope: Scope, entry_id: uuid.UUID, values: dict[str, object]
) -> tuple[uuid.UUID, uuid.UUID | None] | None:
    """Id and person of a share with the same reader that runs already: sharing again only moves its end.

    An address is the same as that address alone: anything else would tell whose it is, or that it has an account now.
    """
    wanted = [Share.address == values["address"]]
    if not values["address"]:
        wanted += [getattr(Share, column) == id_ for column, id_ in values.items() if column != "address"]
    found = scope.session.execute(
        select(Share.id, Share.person_id)
        .where(Share.entry_id == entry_id, Share.running(scope.today), *wanted)
        .order_by(Share.shared_at.desc(), Share.id)
        .limit(1)
    ).one_or_none()
    return (found.id, found.person_id) if found else None
