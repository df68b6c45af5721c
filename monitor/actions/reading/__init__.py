"""What was read and decided: articles, explanations, exports."""
