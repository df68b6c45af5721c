"""The full text of articles: their pages, fetched and extracted."""
