"""Topic packs: metadata, loading, writing, and the registry of trained packs."""
