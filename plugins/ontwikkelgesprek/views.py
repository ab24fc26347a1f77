"""Every page of this plugin, by its parts."""

from __future__ import annotations

from portfolio_plugins.ontwikkelgesprek import (
    answer_views,
    choose_views,
    dossier_views,
    own_views,
    plan_views,
    talk_views,
    writing_views,
)
from portfolio_plugins.ontwikkelgesprek.routes import blueprint

__all__ = [
    "answer_views",
    "blueprint",
    "choose_views",
    "dossier_views",
    "own_views",
    "plan_views",
    "talk_views",
    "writing_views",
]
