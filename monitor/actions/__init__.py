"""Actions: what a person may ask for, one typed function each, shared by cli, web and demo."""
