"""The one blueprint that the views of this plugin join."""

from __future__ import annotations

from flask import Blueprint
from portfolio_plugins.loopbaan.catalogue import NAME

blueprint = Blueprint(NAME, __name__)
