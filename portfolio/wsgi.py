"""The application for any WSGI server: `portfolio.wsgi:app`. Importing it starts nothing but the application."""

from portfolio.app import create_app

app = create_app()
