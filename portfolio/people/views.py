"""Pages of the people room; each group of pages is a module of its own that adds its routes here."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)

from portfolio.people import (  # noqa: E402, F401
    account_views,
    circle_views,
    coaching_views,
    desk_views,
    governing_views,
    leading_views,
    link_views,
    school_views,
    sign_in_views,
)
