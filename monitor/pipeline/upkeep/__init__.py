"""Upkeep of the database by a running service: index of words, statistics, retention."""
