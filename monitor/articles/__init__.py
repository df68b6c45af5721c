"""Articles: identity, edits, near-duplicates and full text.  Pure."""
