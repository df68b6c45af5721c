"""Console places for operators: feeds."""
