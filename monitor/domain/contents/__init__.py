"""Contents of messages about stories, and of reports about polls."""
