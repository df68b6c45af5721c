"""Jobs and worker processes in the database, and the job engine of PostgreSQL."""
