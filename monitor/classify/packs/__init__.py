"""Topic packs on disk: read with checksums, written, listed."""
