"""How a message is sent: e-mail, webhook, chat; retries and the health of endpoints."""
