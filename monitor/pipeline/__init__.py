"""The story: poll, and deliver.  Read second."""
