"""Pages about news and mail; each group of pages is a module of its own that adds its routes here."""

from __future__ import annotations

from portfolio.notices import mail_views, news_views  # noqa: F401 - each adds its pages
from portfolio.notices.blueprint import blueprint

__all__ = ["blueprint"]
