"""JSON Feed 1.1."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.publish import json_feed
from monitor.publish.items import items
from tests.fakes import article, entry
from tests.publish.builders import HEADING, THEMES, sample_heading, sample_items


def test_required_fields_are_present():
    feed = json.loads(json_feed.document(sample_heading(), sample_items()))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://alerts.example/feeds/abc.atom"
    first, korean, hostile = feed["items"]
    assert first["id"] == sample_items()[0].id
    assert first["url"] == "https://f.example/sappers-leave-for-kursk"
    assert first["date_published"] == "2025-06-17T11:00:00Z"
    assert first["date_modified"] == "2025-06-17T12:00:00Z"
    assert first["tags"] == ["labour"]
    assert first["authors"] == [{"name": "Harbour <Wire>"}]
    assert first["_watchpost"]["score"] == 0.9
    assert first["_watchpost"]["themes"] == {"labour": "Labour & reconstruction"}
    assert korean["language"] == "ko-KP"
    assert "url" not in hostile
    assert "date_published" not in korean
    assert all(item["content_text"] is not None for item in feed["items"])


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_a_headline_holds_it_is_json_without_control_characters(text):
    content = entry(text, text=text, author=text)
    published = json_feed.document(HEADING, items([article("a", entry=content)], {}, THEMES))
    (item,) = json.loads(published)["items"]
    assert not [
        character for character in item["title"] if unicodedata.category(character) in ("Cc", "Cs")
    ]
