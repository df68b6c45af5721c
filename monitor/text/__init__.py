"""Text, URLs, local times and formats: pure functions for every room."""
