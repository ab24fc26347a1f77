"""Pages of the people room; each group of pages is a module of its own that adds its routes here."""

from __future__ import annotations

from portfolio.people import (  # noqa: F401 - each adds its pages
    account_views,
    circle_views,
    coaching_views,
    cohort_partner_views,
    cohort_people_views,
    cohort_switch_views,
    cohort_views,
    desk_views,
    governing_views,
    joint_views,
    leading_views,
    link_views,
    roster_views,
    school_views,
    sign_in_views,
)
from portfolio.people.blueprint import blueprint

__all__ = ["blueprint"]
