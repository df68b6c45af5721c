"""Between nouns and rows, in both directions."""
