"""Search over all stored articles: an index of words, written with each article, and queries."""
