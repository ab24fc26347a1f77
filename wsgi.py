"""The application for any WSGI server started in a checkout: `wsgi:app`."""

from portfolio.wsgi import app

__all__ = ["app"]
