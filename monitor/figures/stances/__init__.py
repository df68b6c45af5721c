"""Stances: which party confirms, denies, or declines to comment, and in which sentence."""
