"""Muting of alerts for a while."""
