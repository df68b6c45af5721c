"""The database schema: SQLModel tables and their versions."""
