"""Actions of access: people, sign-in, sessions, access tokens and the audit log."""
