"""Settings: where they are written, how they are checked; the files shipped with the program."""
