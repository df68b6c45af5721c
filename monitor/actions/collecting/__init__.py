"""Actions on feeds: add, discover, check, list, change; import and export lists (OPML)."""
