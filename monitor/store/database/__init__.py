"""Access to the database: engines, transactions, column types, errors, maintenance."""
