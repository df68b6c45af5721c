"""Doing jobs: a process of its own for each, watched to its end."""
