"""From bytes to entries: character sets, feedparser, JSON Feed, site maps, incremental parsing."""
