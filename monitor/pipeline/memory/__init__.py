"""The stage of the poll that lets similar articles of the last days move a score."""
