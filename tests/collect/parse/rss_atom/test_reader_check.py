"""A share of all documents is parsed both ways; where the results differ, feedparser's counts."""

from __future__ import annotations

from dataclasses import replace

from monitor.collect.parse import item_cache
from monitor.collect.parse.document import parse_document
from monitor.collect.parse.rss_atom import reader_check
from monitor.domain.feeds import Entry, Parsed

FEED = b"""<rss version="2.0"><channel><title>Wire</title>
<item><title>One</title><guid>1</guid></item><item><title>Two</title><guid>2</guid></item>
</channel></rss>"""
URL = "https://wire.example/feed"


def parse(memory: bytes, one_in: int) -> Parsed:
    return parse_document(
        FEED, content_type="", url=URL, max_entries=9, memory=memory, compared_one_in=one_in
    )


def test_about_one_document_in_so_many_is_compared_the_same_each_time():
    bodies = [b"document %d" % number for number in range(2_000)]
    compared = [body for body in bodies if reader_check.is_compared(body, 50)]
    assert 20 <= len(compared) <= 60
    assert all(reader_check.is_compared(body, 50) for body in compared)
    assert all(reader_check.is_compared(body, 1) for body in bodies)


def test_the_difference_names_the_entry_and_the_field():
    entry = Entry(title="One", text="x", guid="1")
    parsed = Parsed(title="Wire", entries=(entry, entry))
    edited = replace(parsed, entries=(entry, replace(entry, text="y")))
    assert reader_check.difference(parsed, parsed) is None
    assert reader_check.difference(parsed, edited) == "entry 2: text"
    assert reader_check.difference(replace(parsed, seen=frozenset({1})), edited) is None
    assert reader_check.difference(parsed, replace(parsed, language="ko")) == "the feed: language"
    assert reader_check.difference(parsed, replace(parsed, entries=(entry,))) == "2 entries, not 1"


def test_where_the_readers_differ_the_whole_reading_is_taken_and_says_so():
    parsed = parse(b"", 1)
    assert parsed.memory is not None
    assert parsed.disagreement is None
    cache = item_cache.unpack_cache(parsed.memory)
    wrong = {name: replace(entry, title="Wrong") for name, entry in cache.names.items()}
    memory = item_cache.pack_cache(item_cache.ItemCache(cache.state, wrong)) or b""
    assert [entry.title for entry in parse(memory, 10**9).entries] == ["One", "Wrong"]
    checked = parse(memory, 1)
    assert [entry.title for entry in checked.entries] == ["One", "Two"]
    assert checked.disagreement == "entry 2: title"
    assert checked.seen == frozenset()
