"""Pages of entries of every kind; each group of pages is a module of its own that adds its routes here."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("entries", __name__)
ENTRY = "/p/<uuid:portfolio>/<section>/<uuid:entry>"

from portfolio.entries import (  # noqa: E402
    bin_views,  # noqa: F401
    comment_views,  # noqa: F401
    file_views,  # noqa: F401
    history_views,  # noqa: F401
    page_views,  # noqa: F401
    share_views,  # noqa: F401
    write_views,  # noqa: F401
)
