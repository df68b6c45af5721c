"""Examples, training, evaluation and comparison of packs."""
