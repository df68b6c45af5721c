"""Polling rules: when a feed is polled next, and its state after an answer.  Pure."""
