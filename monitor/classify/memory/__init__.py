"""Memory: the scores of similar articles of the last three days shift the score of a new one."""
