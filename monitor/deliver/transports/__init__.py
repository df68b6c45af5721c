"""Transports of messages: SMTP, webhook calls, Apprise, a mail folder; their addresses and keys."""
