"""The blueprint on which every page of this plugin hangs."""

from __future__ import annotations

from flask import Blueprint
from portfolio_plugins.ontwikkelgesprek.settings import NAME

blueprint = Blueprint(NAME, __name__)
TALK = "/conversations/<uuid:talk>"
"""Where the pages about one conversation lie, in the joint portfolio."""
