"""The linear model: scores, term weights, explanations."""
