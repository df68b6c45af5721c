"""Downloads: files that are sent in parts."""
