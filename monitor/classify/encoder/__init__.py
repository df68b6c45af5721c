"""The sentence encoder of the optional extra: a text to a vector of meaning."""
