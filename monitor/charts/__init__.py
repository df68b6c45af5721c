"""Charts: from numbers to SVG text, with a sentence that states the finding and a table."""
