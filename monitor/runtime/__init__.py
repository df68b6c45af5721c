"""Runtime: a running process, its parts put together, its clock, its settings as they change, its log."""
