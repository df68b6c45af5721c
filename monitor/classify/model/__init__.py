"""The linear model: scores, term weights, explanations of decisions."""
