"""Atom documents, read by feedparser and by our own parser."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as Xml

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.document import parse_document
from monitor.publish import atom_feed
from monitor.publish.items import items
from tests.fakes import article, entry
from tests.publish.builders import HEADING, sample_heading, sample_items, sources

NS = "{http://www.w3.org/2005/Atom}"


def test_feedparser_reads_it_without_a_complaint():
    feed = feedparser.parse(atom_feed.document(sample_heading(), sample_items()))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "대북 감시 · Watchpost"
    assert feed.feed.id.startswith("urn:uuid:")
    assert feed.feed.links[0].rel == "self"
    first, korean, hostile = feed.entries
    assert first.title == "Sappers leave for Kursk"
    assert first.link == "https://f.example/sappers-leave-for-kursk"
    assert first.published == "2025-06-17T11:00:00Z"
    assert [(tag.term, tag.label) for tag in first.tags] == [("labour", "Labour & reconstruction")]
    assert first.author == "Harbour <Wire>"
    assert first.title_detail.type == "text/plain"
    assert korean.title == "북한 공병, 쿠르스크로"
    assert hostile.title_detail.type == "text/plain"


def test_our_own_parser_reads_it():
    document = atom_feed.document(sample_heading(), sample_items())
    parsed = parse_document(
        document, content_type=atom_feed.MEDIA_TYPE, url="https://a.example/", max_entries=1_000
    )
    assert parsed.damage is None
    assert [entry.title for entry in parsed.entries[:2]] == [
        "Sappers leave for Kursk", "북한 공병, 쿠르스크로",
    ]  # fmt: skip
    assert parsed.entries[1].language == "ko-KP"
    assert parsed.entries[0].guid == sample_items()[0].id


def test_required_elements_are_present():
    root = Xml.fromstring(atom_feed.document(sample_heading(), sample_items()))
    for name in ("id", "title", "updated", "author"):
        assert root.find(NS + name) is not None
    for element in root.findall(NS + "entry"):
        for name in ("id", "title", "updated", "author"):
            assert element.find(NS + name) is not None
        has_link = any(link.get("rel") == "alternate" for link in element.findall(NS + "link"))
        assert has_link or element.find(NS + "content") is not None


def test_an_empty_feed_is_valid():
    feed = feedparser.parse(atom_feed.document(HEADING, []))
    assert not feed.bozo
    assert feed.entries == []


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_a_headline_holds_the_document_is_well_formed(text):
    content = entry("x", text=text, author=text, language=text, url=f"https://e.example/{text}")
    original = article("a", entry=content)
    (source,) = sources(original)["a"]
    published = items(
        [original], {"a": (replace(source, feed_title=text),)}, {"labour": text or "x"}
    )
    root = Xml.fromstring(atom_feed.document(HEADING, published))
    summary = root.find(f"{NS}entry/{NS}summary")
    content = root.find(f"{NS}entry/{NS}content")
    assert (summary if summary is not None else content).get("type") == "text"
