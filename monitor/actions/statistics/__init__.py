"""Actions about figures of the service: the dashboard and its charts."""
