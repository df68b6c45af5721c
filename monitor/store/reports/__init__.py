"""Counts over what is stored: coverage, latency, metrics."""
