"""What an operator asks of an installation: checks, configuration, backups, one round by hand."""
