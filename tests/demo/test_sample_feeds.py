"""The sample feeds: well-formed documents, enough of them for the demo."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from monitor.demo import sample_feeds
from monitor.settings import resources

SAMPLES = sample_feeds.load(resources.path("config", "demo"))


@pytest.mark.parametrize("feed", SAMPLES, ids=lambda feed: feed.name)
@pytest.mark.parametrize("round_", [1, 2])
def test_every_document_is_well_formed_and_newest_first(feed, round_):
    if round_ == feed.broken_in_round:
        assert b"<html>" in feed.document(round_)
        return
    root = ElementTree.fromstring(feed.document(round_))
    items = [node for node in root.iter() if node.tag.rpartition("}")[2] in ("item", "entry")]
    expected = [item for item in feed.items if item.round <= round_]
    assert len(items) == len(expected)


def test_the_samples_cover_languages_formats_and_edits():
    items = [item for feed in SAMPLES for item in feed.items]
    assert len(items) >= 60
    assert {feed.language for feed in SAMPLES} >= {"en", "ko", "ru", "uk", "zh", "ja"}
    assert {feed.format for feed in SAMPLES} == {"rss", "atom"}
    assert sum(item.round == 2 for item in items) >= 10
    assert any(item.edited for item in items)


def test_an_edited_headline_shows_from_the_next_round_on():
    for feed in SAMPLES:
        for item in [item for item in feed.items if item.edited]:
            assert item.title in feed.document(item.round).decode()
            assert item.edited in feed.document(item.round + 1).decode()


def test_every_outlet_is_invented():
    """Nothing in the samples may pass for a real publisher's."""
    for feed in SAMPLES:
        for address in (feed.link, *(item.link for item in feed.items)):
            assert urlsplit(address).hostname.endswith((".example", "example.org"))
