"""Keyword rules: in force, drafted, tried on stored articles, put in force, restored."""
