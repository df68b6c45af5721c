"""Repositories of access: people, sessions, access tokens, passkeys, and the audit log."""
