"""Events: what happens, for programs that follow the service."""
