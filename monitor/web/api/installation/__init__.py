"""Resources of the installation as a whole: its setup as code, and its backup."""
