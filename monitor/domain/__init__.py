"""The nouns, the closed lists, the errors and the ports; standard library only.  Read first."""
