"""The store: the database; nothing outside this folder speaks SQL."""
