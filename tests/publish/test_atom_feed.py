"""Atom that others read, and we do."""

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
from tests.publish.builders import HEADING, about, shelf, sources

NS = "{http://www.w3.org/2005/Atom}"


def test_feedparser_reads_it_without_a_complaint():
    feed = feedparser.parse(atom_feed.write(about(), shelf()))
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


def test_our_own_reader_reads_it():
    document = atom_feed.write(about(), shelf())
    parsed = parse_document(
        document, content_type=atom_feed.MEDIA_TYPE, url="https://a.example/", max_entries=1_000
    )
    assert parsed.damage is None
    assert [entry.title for entry in parsed.entries[:2]] == [
        "Sappers leave for Kursk", "북한 공병, 쿠르스크로",
    ]  # fmt: skip
    assert parsed.entries[1].language == "ko-KP"
    assert parsed.entries[0].guid == shelf()[0].id


def test_what_the_format_asks_for_is_there():
    root = Xml.fromstring(atom_feed.write(about(), shelf()))
    for name in ("id", "title", "updated", "author"):
        assert root.find(NS + name) is not None
    for found in root.findall(NS + "entry"):
        for name in ("id", "title", "updated", "author"):
            assert found.find(NS + name) is not None
        has_link = any(link.get("rel") == "alternate" for link in found.findall(NS + "link"))
        assert has_link or found.find(NS + "content") is not None


def test_an_empty_feed_is_a_feed():
    feed = feedparser.parse(atom_feed.write(HEADING, []))
    assert not feed.bozo
    assert feed.entries == []


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_a_headline_holds_the_document_is_well_formed(text):
    told = entry("x", text=text, author=text, language=text, url=f"https://e.example/{text}")
    one = article("a", entry=told)
    (source,) = sources(one)["a"]
    written = items([one], {"a": (replace(source, feed_title=text),)}, {"labour": text or "x"})
    root = Xml.fromstring(atom_feed.write(HEADING, written))
    summary = root.find(f"{NS}entry/{NS}summary")
    content = root.find(f"{NS}entry/{NS}content")
    assert (summary if summary is not None else content).get("type") == "text"
