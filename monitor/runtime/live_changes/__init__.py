"""What a running process takes over without a restart: edits of the settings, promoted packs."""
