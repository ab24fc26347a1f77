"""Pages of entries of every kind; each group of pages is a module of its own that adds its routes here."""

from __future__ import annotations

from portfolio.entries import (  # noqa: F401 - each adds its pages
    bin_views,
    comment_views,
    file_views,
    handed_views,
    history_views,
    page_views,
    share_views,
    view_as_views,
    write_views,
)
from portfolio.entries.blueprint import blueprint

__all__ = ["blueprint"]
