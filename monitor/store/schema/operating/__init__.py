"""Schema of what runs: the tables of jobs and of worker processes."""
