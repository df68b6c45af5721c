"""Pages and feeds for readers: sign-up, unsubscribe, feeds of flagged articles."""
