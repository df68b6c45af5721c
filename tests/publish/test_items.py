"""What is said of an article: the same for ever, and safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.publish.items import identity, items
from tests.fakes import NOW, article
from tests.publish.shelf import THEMES, TITLES, korean, plain, shelf


def test_an_id_is_the_same_for_ever_and_names_no_address():
    assert identity("article", "a") == "urn:uuid:1f453c68-d0c2-5f51-87c4-25a7044d0f31"
    assert identity("article", "a") != identity("subscription", "a")


def test_copies_are_sources_of_one_item_named_after_the_first():
    late = replace(korean(), copy_key="copy-a", seen_at=NOW + timedelta(minutes=1))
    (item,) = items([late, plain()], TITLES, THEMES)
    assert [source.outlet for source in item.sources] == ["Harbour <Wire>", "한빛통신"]
    assert item.id == identity("article", "a")
    assert item.seen_at == NOW


def test_a_hostile_text_is_one_line_of_visible_characters():
    item = shelf()[2]
    assert "\u202e" not in item.title
    assert "\x00" not in item.text
    assert item.title.encode()
    assert item.link is None
    assert item.language == ""


def test_an_article_without_a_headline_or_outlet_is_named_all_the_same():
    bare = article("x", feed_key="gone", entry=replace(article().entry, title=""))
    (item,) = items([bare], TITLES, THEMES)
    assert item.title == "(no headline)"
    assert item.sources[0].outlet == "unnamed source"
