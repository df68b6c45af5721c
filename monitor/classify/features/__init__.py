"""Features of an article: text, language, lexicon classes, n-grams, vectors."""
