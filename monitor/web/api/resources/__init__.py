"""Resources of the API: one module each, thin over the actions."""
