"""What a person may ask for: one typed function each, shared by cli, web, demo and api."""
