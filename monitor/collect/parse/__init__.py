"""Parsing: character sets, feedparser, JSON Feed, site maps, incremental parsing, cleaning."""
