"""Text, addresses, local times: pure functions that every room may use."""
