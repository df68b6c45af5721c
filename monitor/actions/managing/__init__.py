"""What the receiver of a subscription may do with it, by the link in its messages."""
