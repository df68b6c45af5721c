"""The database; nothing outside this folder speaks SQL."""
