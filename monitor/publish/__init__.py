"""Flagged articles for other programs: feeds, tables, lines."""
