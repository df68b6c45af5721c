"""Contents of messages about stories, of reports about polls, and of exports."""
