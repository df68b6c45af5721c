"""Test documents written for this project, in `tests/data`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed as a publisher would send it."""

    name: str
    content_type: str
    body: bytes


def feed_documents() -> list[FeedDocument]:
    """Every feed of `tests/data/feeds`, sorted by name."""
    return [
        FeedDocument(
            name=path.name,
            content_type="application/feed+json" if path.suffix == ".json" else "application/xml",
            body=path.read_bytes(),
        )
        for path in sorted((DATA / "feeds").iterdir())
    ]


def strings(name: str) -> list[str]:
    """The strings of a JSON list."""
    values = json.loads((DATA / name).read_text(encoding="utf-8"))
    return [str(value) for value in values]
