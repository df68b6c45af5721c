"""What is stored: the SQLModel tables, and the versions of the schema."""
