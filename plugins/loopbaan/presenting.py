"""What every page here uses, for its template."""

from __future__ import annotations

import uuid
from typing import Any

from portfolio_plugins.loopbaan.halves import SpokenAmbition
from portfolio_plugins.loopbaan.kinds import CareerMove, LeadershipMoment, Orientation, RoleHeld

from portfolio.entries.entry_texts import EntryText
from portfolio.entries.presenting import entry_url, find_kind


def page_words(portfolio: uuid.UUID) -> dict[str, Any]:
    """What every page here uses."""
    return {
        "portfolio_id": portfolio,
        "entry_url": entry_url,
        "find_kind": find_kind,
        "said": say_choice,
        "kinds": {kind.name: kind for kind in (RoleHeld, CareerMove, Orientation, SpokenAmbition, LeadershipMoment)},
    }


def say_choice(text: EntryText, name: str) -> str:
    """A choice in words, up to the colon that explains it."""
    kind = find_kind(text.kind)
    labels = getattr(kind, name).labels if kind else {}
    return str(labels.get(text.content[name], "")).partition(":")[0]
