"""The nouns `jobs` and `workers`."""
