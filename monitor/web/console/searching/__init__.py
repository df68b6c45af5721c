"""The place Search of the console, and the searches that are saved there."""
