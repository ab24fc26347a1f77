"""The blueprint on which every page of this plugin hangs."""

from __future__ import annotations

from flask import Blueprint
from portfolio_plugins.intervisie.settings import NAME

blueprint = Blueprint(NAME, __name__)
SESSION = "/sessions/<uuid:session>"
"""Where the pages about one session lie."""
