"""JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from monitor.publish.items import Heading, Item
from monitor.text.formats import rfc3339

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


def document(heading: Heading, items: Sequence[Item]) -> bytes:
    """The feed as a JSON Feed document."""
    feed: dict[str, object] = {
        "version": _VERSION,
        "title": heading.title,
        "description": heading.subtitle,
        "authors": [{"name": "Watchpost"}],
        "items": [_item(item) for item in items],
    }
    if heading.url:
        feed["feed_url"] = heading.url
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(item: Item) -> dict[str, object]:
    optional = {
        "url": item.link,
        "language": item.language,
        "date_published": rfc3339(item.published_at),
    }
    return {
        "id": item.id,
        "title": item.title,
        "content_text": item.text,
        "date_modified": rfc3339(item.updated_at),
        "authors": [{"name": outlet.name} for outlet in item.outlets],
        "tags": [slug for slug, _ in item.themes],
        **{name: value for name, value in optional.items() if value},
        "_watchpost": {
            "score": item.score,
            "themes": dict(item.themes),
            "sources": [{"outlet": outlet.name, "url": outlet.link} for outlet in item.outlets],
        },
    }
