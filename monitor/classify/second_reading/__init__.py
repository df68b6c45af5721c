"""Second reading: what a language model is asked about an article in doubt."""
