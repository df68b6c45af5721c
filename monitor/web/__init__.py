"""The web server for readers and monitoring programs: pages, feeds, health, metrics."""
