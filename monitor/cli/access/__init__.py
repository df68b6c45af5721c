"""Commands of access: `monitor people`, `monitor tokens`, `monitor audit`, `monitor console`."""
