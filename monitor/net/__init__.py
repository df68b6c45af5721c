"""The network: which addresses may be connected to, and how long a server asks to wait."""
