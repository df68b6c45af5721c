"""What a message says: rendering of each message type, for people and for programs."""
