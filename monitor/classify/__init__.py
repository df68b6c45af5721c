"""Classification: features, the linear model, topic packs, keyword rules, training."""
