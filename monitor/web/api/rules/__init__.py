"""Rules over the API: in force, tried, put in force, restored."""
