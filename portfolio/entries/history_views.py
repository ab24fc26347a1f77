"""My earlier texts: the list, one of them with what changed, bring one back, erase them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, request

from portfolio.access import KEEP, WRITE, needs
from portfolio.entries import history, writing
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.kinds import FieldDifference
from portfolio.entries.presenting import (
    entry_url,
    find_kind,
    get_kind,
    head_difference,
    plain_facts,
    starter_of,
)
from portfolio.errors import Conflict, NotVisible
from portfolio.i18n import gettext as _
from portfolio.i18n import ngettext
from portfolio.web import render, see, this_scope


@blueprint.get(ENTRY + "/texts")
@needs(KEEP)
def texts(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> str:
    """Every text this entry had, newest first."""
    found = history.list_texts(this_scope(), entry)
    return render("entries/texts.html", entry=g.entry, texts=found, entry_url=entry_url)


@blueprint.get(ENTRY + "/texts/<int:number>")
@needs(KEEP)
def text(portfolio: uuid.UUID, section: str, entry: uuid.UUID, number: int) -> str:
    """One earlier text, and what changed from it to `?with=` (the current text by default)."""
    other = request.args.get("with", "")
    other_number = int(other) if other.isdecimal() and len(other) < 6 else g.entry.number
    if not 0 < number < 1_000_000:
        raise NotVisible(str(number))
    difference: tuple[FieldDifference, ...] = ()
    then, later = history.get_texts(this_scope(), entry, number, other_number)
    kind = find_kind(g.entry.kind)
    if kind is None:
        facts = plain_facts(then.content)
    else:
        old, new = (kind.upgrade(dict(one.content), one.kind_version) for one in (then, later))
        facts = kind.show(old, writing.rendered(this_scope(), entry, kind, old), starter_of(old))
        difference = head_difference(kind, then, later) + kind.difference(old, new, starter_of(new))
    return render(
        "entries/text.html",
        entry=g.entry,
        kind=kind,
        then=then,
        later=later,
        facts=facts,
        difference=difference,
        entry_url=entry_url,
    )


@blueprint.post(ENTRY + "/texts/<int:number>/restore")
@needs(WRITE)
def restore(portfolio: uuid.UUID, section: str, entry: uuid.UUID, number: int) -> Any:
    """Make an earlier text the current one again."""
    try:
        changed = writing.restore_revision(this_scope(), entry, get_kind(g.entry), number, g.entry.number)
    except Conflict:
        flash(_("The text was changed a moment ago. Look again before you bring an earlier one back."), "warning")
        return see("entries.texts", portfolio=portfolio, section=section, entry=entry)
    flash(_("Your earlier text is back.") if changed else _("It is the same text."), "success")
    return see("entries.read", portfolio=portfolio, section=section, entry=entry)


@blueprint.post(ENTRY + "/texts/erase")
@needs(KEEP)
def erase_texts(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """Erase every earlier text, and the quotes from them."""
    erased = writing.erase_earlier(this_scope(), entry)
    flash(ngettext("%(num)s earlier text is erased.", "%(num)s earlier texts are erased.", erased), "success")
    return see("entries.texts", portfolio=portfolio, section=section, entry=entry)
