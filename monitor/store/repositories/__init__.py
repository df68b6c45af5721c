"""Repositories: the queries and changes of the database, one file for each noun."""
