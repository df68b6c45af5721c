"""The reference of the API, as a page of the console."""
