"""What happens, as programs that follow the service are told it."""
