"""Channel descriptors, one file each, and the rules of all channels: retries, endpoint health."""
