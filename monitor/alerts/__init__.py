"""Who is told of an article, and when?  Pure rules of matching, silences, digests and tokens."""
