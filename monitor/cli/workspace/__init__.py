"""Commands of the workspace: configuration, database, backup, setup file."""
