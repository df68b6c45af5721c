"""What may be asked of the database and changed in it: one file for each noun."""
