"""Isolated parsing: worker processes that can be killed, their pool and wire protocol."""
