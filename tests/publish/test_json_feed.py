"""JSON Feed 1.1."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.publish import json_feed
from monitor.publish.items import items
from tests.fakes import article, entry
from tests.publish.builders import HEADING, THEMES, about, shelf


def test_what_the_format_asks_for_is_there():
    feed = json.loads(json_feed.write(about(), shelf()))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://alerts.example/feeds/abc.atom"
    first, korean, hostile = feed["items"]
    assert first["id"] == shelf()[0].id
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
    told = entry(text, text=text, author=text)
    written = json_feed.write(HEADING, items([article("a", entry=told)], {}, THEMES))
    (item,) = json.loads(written)["items"]
    assert not [one for one in item["title"] if unicodedata.category(one) in ("Cc", "Cs")]
