"""The whole service in half a minute: shipped samples, no network, no mail server, no secret."""
