"""Reading commands: `monitor search`."""
