"""What the pages of entries add their routes to, and where an entry lies."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("entries", __name__)
ENTRY = "/p/<uuid:portfolio>/<section>/<uuid:entry>"
