"""What the pages of the people room add their routes to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
