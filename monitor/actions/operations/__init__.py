"""Operations on an installation: checks, configuration, backups, one round by hand."""
