"""The blueprint of the pages about news and mail; their views are in modules that `views` imports."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("notices", __name__)
