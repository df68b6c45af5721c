"""Stories and the figures in them: lists, and what a person changes."""
