"""Access rules: roles, scopes, who may do what, secrets and passwords.  Pure."""
