"""Contents of messages about stories."""
