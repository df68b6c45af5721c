"""Is it quiet because nothing happens, or because we are blind?  Pure rules and their words."""
