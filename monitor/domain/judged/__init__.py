"""What moved the score of a decision."""
