"""Conventions of the API: operations, strict requests, entity tags, idempotency keys, limits."""
