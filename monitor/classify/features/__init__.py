"""From an article to a row of numbers: text, language, lexicon, n-grams."""
