"""Published items: permanent ids, merged copies, and safe text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.publish.items import identity, items
from tests.fakes import NOW, article
from tests.publish.builders import THEMES, korean, plain, sample_items, sources


def test_an_id_is_permanent_and_contains_no_address():
    assert identity("article", "a") == "urn:uuid:1f453c68-d0c2-5f51-87c4-25a7044d0f31"
    assert identity("article", "a") != identity("subscription", "a")


def test_copies_are_one_item_with_all_outlets_and_a_stable_id():
    later_copy = replace(korean(), copy_key="copy-a", seen_at=NOW + timedelta(minutes=1))
    (first,), (second,) = sources(plain())["a"], sources(later_copy)["b"]
    all_sources = {"a": (first, second), "b": (first, second)}
    (merged,) = items([later_copy, plain()], all_sources, THEMES)
    assert merged.title == plain().entry.title
    assert [outlet.name for outlet in merged.outlets] == ["Harbour <Wire>", "한빛통신"]
    (copy_only,) = items([later_copy], all_sources, THEMES)
    assert (copy_only.id, copy_only.updated_at) == (merged.id, merged.updated_at)


def test_an_edit_is_an_update_of_the_same_item():
    edited = replace(plain(), edits=1, edited_at=NOW + timedelta(hours=1))
    (before,), (after,) = items([plain()], {}, {}), items([edited], {}, {})
    assert before.id == after.id
    assert after.updated_at == NOW + timedelta(hours=1)


def test_a_hostile_text_is_one_line_of_visible_characters():
    item = sample_items()[2]
    assert "\u202e" not in item.title
    assert "\x00" not in item.text
    assert item.title.encode()
    assert item.link is None
    assert item.language == ""


def test_an_article_without_headline_or_outlet_gets_placeholders():
    unnamed = article("x", feed_key="gone", entry=replace(article().entry, title=""))
    (item,) = items([unnamed], sources(unnamed), THEMES)
    assert item.title == "(no headline)"
    assert item.outlets[0].name == "unnamed source"
