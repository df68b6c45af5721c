"""The console: pages for people who sign in, one module for each place."""
