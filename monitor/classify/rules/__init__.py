"""Keyword rules, and the decision from rules and score."""
