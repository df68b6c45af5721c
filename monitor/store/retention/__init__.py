"""Retention: what is removed from the database after some time, and how large its tables are."""
