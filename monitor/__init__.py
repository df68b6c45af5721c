"""Watchpost: read the news feeds, find what matters, tell who asked, show why."""

__version__ = "0.1.0"
