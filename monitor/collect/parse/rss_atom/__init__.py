"""RSS and Atom: feedparser with limits, its entries in plain text, and only what is new."""
