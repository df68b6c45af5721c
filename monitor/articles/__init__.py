"""Is an entry new, edited, or a copy of another?  Pure rules of identity and near-duplicates."""
