"""Versions of the rules in force, and the drafts of people."""
