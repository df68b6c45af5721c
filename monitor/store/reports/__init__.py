"""Reports over the stored rows: coverage, latency, metrics, hourly poll counts."""
