"""Stories: which articles report one event, across outlets and languages.  Pure."""
