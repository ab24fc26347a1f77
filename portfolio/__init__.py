"""A multi-year personal leadership portfolio for teachers."""

__version__ = "0.1.0"
