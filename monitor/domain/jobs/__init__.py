"""Jobs: long work that people start and follow, and the processes that do it."""
