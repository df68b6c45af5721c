"""The door for readers and for programs that watch: pages, feeds, health, metrics."""
