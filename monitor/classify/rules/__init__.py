"""Keyword rules, and the decision they make together with the score."""
