"""JSON Feed is read as any other feed: entries, damage, and only what is new."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
URL = "https://e.org/dir/feed.json"
JUNE_17 = datetime(2025, 6, 17, tzinfo=UTC)
VERSION = "https://jsonfeed.org/version/1.1"


def parsed(document: object, memory: bytes = b"", **changes: object) -> Parsed:
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    options = {"content_type": "application/feed+json", "url": URL, "max_entries": 100, **changes}
    return parse_document(text.encode("utf-8", "surrogatepass"), memory=memory, **options)


def feed(*items: object, **members: object) -> dict[str, object]:
    return {"version": VERSION, "title": "T", **members, "items": list(items)}


def test_an_item_becomes_an_entry():
    item = {
        "id": 7,
        "url": "/story",
        "title": "Kim &amp; <b>Putin</b>",
        "content_html": "<p>One</p><script>x()</script><p>Two</p>",
        "content_text": "One",
        "date_published": "2025-06-17T14:30:00+02:00",
        "authors": [{"name": "Ann"}, {"url": "u"}, {"name": "Bob"}, {"name": "Ann"}],
        "language": "ko_kr",
        "tags": ["North Korea", 5, "Russia"],
    }
    document = parsed(feed(item, language="en"))
    assert replace(document, memory=None) == Parsed(
        title="T",
        language="en",
        entries=(
            Entry(
                title="Kim & Putin",
                text="One Two",
                url="https://e.org/story",
                guid="7",
                author="Ann, Bob",
                language="ko-KR",
                published_at=datetime(2025, 6, 17, 12, 30, tzinfo=UTC),
                tags=("North Korea", "Russia"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"summary": "s", "id": "1"}, {"title": "s", "text": "s"}),
        ({"title": "t", "external_url": "https://o.example/x"}, {"url": "https://o.example/x"}),
        ({"title": "t", "url": "javascript:alert(1)"}, {"url": None}),
        ({"title": "t", "date_modified": "2025-06-17"}, {"published_at": JUNE_17}),
        ({"title": "t", "date_published": "soon"}, {"published_at": None}),
        ({"title": "t", "date_published": "0001-01-01T00:00:00+14:00"}, {"published_at": None}),
        ({"title": "t", "author": {"name": "Old"}}, {"author": "Old"}),
        ({"title": "t"}, {"author": "Desk"}),
        ({"title": "t", "id": True, "tags": "x", "authors": 5}, {"guid": None, "tags": ()}),
        ({"title": "a\x00b\u202ec <img src=x onerror=1>"}, {"title": "abc"}),
    ],
)  # fmt: skip
def test_members_of_an_item_and_their_odd_forms(item, expected):
    (entry,) = parsed(feed(item, author={"name": "Desk"})).entries
    assert {name: getattr(entry, name) for name in expected} == expected


@pytest.mark.parametrize("version", [VERSION, "http://www.jsonfeed.org/version/1"])
def test_either_version_is_read(version):
    assert len(parsed({"version": version, "items": [{"id": "1"}, 5, {"id": "2"}]}).entries) == 2


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_the_encoding(codec):
    body = json.dumps(feed({"id": "1", "title": "Курск"}), ensure_ascii=False).encode(codec)
    document = parse_document(body, content_type="", url=URL, max_entries=9)
    assert document.entries[0].title == "Курск"


def test_of_a_document_that_is_cut_off_the_whole_items_are_read():
    text = json.dumps(feed(*({"id": str(n), "title": f"Story {n}"} for n in range(3))))
    for end in range(text.index("[") + 1, len(text)):
        document = parsed(text[:end])
        ids = [entry.guid for entry in document.entries]
        assert ids == ["0", "1", "2"][: len(ids)]
        assert document.title == "T"
        assert document.damage is not None
        assert document.memory is None


def test_items_beyond_the_limit_are_reported():
    document = parsed(feed(*({"id": n} for n in range(5))), max_entries=3)
    assert len(document.entries) == 3
    assert document.damage == "only the first 3 entries were read; the document has more"


@pytest.mark.parametrize(
    "text",
    ["{", "{}", '{"version": "1", "items": []}', f'{{"version": "{VERSION}"}}', '{"items": [}',
     f'{{"version": "{VERSION}", "items": {{}}}}', '{"a":' * 100_000, "{'a': 1}"],
)  # fmt: skip
def test_other_json_is_no_feed(text):
    with pytest.raises(ParseError) as raised:
        parsed(text)
    assert raised.value.reason is FeedReason.NOT_A_FEED
    assert "JSON" in raised.value.detail


# ── only what is new ─────────────────────────────────────────────────────────────────────────────


def test_items_seen_before_have_only_their_identifying_fields():
    old, new = {"id": "1", "title": "a", "content_text": "much"}, {"id": "2", "title": "b"}
    first = parsed(feed(old, {"title": "nameless"}))
    second = parsed(feed(new, old, {"title": "nameless"}), first.memory or b"")
    assert second.seen == {1}
    assert second.entries[1] == Entry(title="a", guid="1")
    assert parsed(feed(new, old), second.memory or b"").memory is None


@pytest.mark.parametrize("changed", [{"author": {"name": "B"}}, {"language": "ko"}])
def test_what_items_inherit_makes_them_new(changed):
    first = parsed(feed({"id": "1"}))
    assert not parsed(feed({"id": "1"}, **changed), first.memory or b"").seen
    assert not parsed(feed({"id": "1"}), first.memory or b"", url="https://o.example/").seen


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2025-06-17")
VALUES = SCALARS | st.lists(SCALARS | st.just({"name": "n"}), max_size=3) | st.just({"name": "m"})
KEYS = (
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "language",
    "date_published", "date_modified", "author", "authors", "tags",
)  # fmt: skip
ITEM = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5) | SCALARS
FEED = st.builds(
    lambda items, members: feed(*items, **members),
    st.lists(ITEM, max_size=4),
    st.dictionaries(st.sampled_from(["title", "language", "author", "authors"]), VALUES),
)


@given(st.lists(FEED, max_size=4))
def test_any_sequence_of_versions_gives_what_full_readings_give(versions):
    memory, had = b"", set[Entry]()
    for version in versions:
        full, new = parsed(version), parsed(version, memory)
        assert (new.title, new.language, new.damage) == (full.title, full.language, full.damage)
        for at, (actual, expected) in enumerate(zip(new.entries, full.entries, strict=True)):
            if at in new.seen:
                assert expected in had
                assert (actual.guid, actual.url, actual.title) == (
                    expected.guid,
                    expected.url,
                    expected.title,
                )
            else:
                assert actual == expected
                had.add(expected)
        memory = memory if new.memory is None else new.memory


# JSON that is no object, invalid, deeply nested or hostile to a reader of numbers and texts.
ODD_JSON = [
    b"[]", b"{}", b"null", b"1e400", b"-0", b'""', b'"\\ud800"', b"[1,2", b"[1,]", b"{'a':1}",
    b"nul", b'{"a":1,"a":2}', b"NaN", b"-Infinity", b'{"a":}', b"\xff\xfe", b'"\x00"', b"[" * 5_000,
    b"[" * 500 + b"]" * 500, b'{"id":[[]]}', b'{"id":{"a":null}}', b"1" * 5_000, b'{"authors":[3]}',
]  # fmt: skip


@pytest.mark.parametrize("text", ODD_JSON, ids=lambda text: repr(text[:20]))
def test_odd_json_is_a_feed_or_has_a_reason(text):
    check_json(text)


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"{CORPORA} is not there")
def test_the_sample_and_the_json_of_the_corpora_are_feeds_or_have_a_reason():
    sample = parsed((CORPORA / "feedparser/json/example.json").read_text())
    assert sample.title == "My Example Feed"
    assert [entry.guid for entry in sample.entries] == ["2", "1"]
    assert [entry.author for entry in sample.entries] == ["me", "you"]
    assert sample.entries[1].text == "Hello, world!"
    cases = sorted((CORPORA / "jsontestsuite").glob("*.json"))
    assert len(cases) == 318
    for path in cases:
        check_json(path.read_bytes())


def check_json(text: bytes) -> None:
    """As a document it is not a feed; as an item of a feed it does no harm."""
    item = b'{"version":"%s","items":[%s]}' % (VERSION.encode(), text)
    assert end(text) in (FeedReason.NOT_A_FEED, FeedReason.EMPTY_BODY)
    assert end(item) in (FeedReason.NOT_A_FEED, None)


def end(body: bytes) -> FeedReason | None:
    try:
        parse_document(body, content_type="application/json", url=URL, max_entries=100)
    except ParseError as error:
        return error.reason
    return None
