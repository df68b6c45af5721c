"""Jobs and workers over the API."""
