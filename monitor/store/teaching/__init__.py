"""Teaching in the database: trainings of packs, and marks without the texts of their articles."""
