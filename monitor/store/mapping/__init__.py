"""Mapping of nouns to database rows, and back."""
