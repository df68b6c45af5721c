"""Flagged articles for other programs: Atom, JSON Feed, CSV and JSON Lines."""
