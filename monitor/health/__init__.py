"""Health of the monitoring: coverage and notices about feeds.  Pure."""
