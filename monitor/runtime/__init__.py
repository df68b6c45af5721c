"""Runtime: a running process; its parts, clock, settings as they change, and log."""
