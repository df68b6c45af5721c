"""Jobs: ask for one, follow, cancel and retry it; the kinds of work; the workers."""
