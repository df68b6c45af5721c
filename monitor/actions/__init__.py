"""What a person may ask for: one function each, for the command line, the API and the pages."""
