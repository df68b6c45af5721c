"""The resource of teaching: progress, trainings, and the pack in use."""
