"""Alerts: matching, silences, digest scheduling and signed links.  Pure."""
