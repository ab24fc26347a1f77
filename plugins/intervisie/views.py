"""All pages of this plugin: importing this hangs them on the blueprint."""

from __future__ import annotations

from portfolio_plugins.intervisie import group_views, live_views, own_views, session_views, text_views
from portfolio_plugins.intervisie.routes import blueprint

__all__ = ["blueprint", "group_views", "live_views", "own_views", "session_views", "text_views"]
