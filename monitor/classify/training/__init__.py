"""Training: labelled examples, fitting, evaluation and comparison of packs."""
