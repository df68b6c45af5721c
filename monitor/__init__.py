"""Watchpost, a news monitor: poll feeds, flag articles that matter, alert subscribers, show why."""

__version__ = "0.1.0"
