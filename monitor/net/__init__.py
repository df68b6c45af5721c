"""Network rules: egress guard, Retry-After, backoff."""
