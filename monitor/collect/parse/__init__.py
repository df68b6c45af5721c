"""Parsing: character sets, RSS and Atom, JSON Feed, site maps, cleaning."""
