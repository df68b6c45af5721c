"""The dashboard: figures, charts and their tables."""
