"""Stories and figures: look-ups in the commit, lists, and what a person changes."""
