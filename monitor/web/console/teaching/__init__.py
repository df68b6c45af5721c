"""The place Teaching: one article at a time, and the packs that are made from marks."""
