"""Commit of a group of polls in one transaction: articles, alerts, copies, redirects."""
