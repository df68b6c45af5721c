"""How the database is reached: engines, transactions, column types, errors, maintenance."""
