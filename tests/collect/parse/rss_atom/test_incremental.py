"""Reading only what is new finds what reading everything would: of any document after any other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse import item_cache
from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from tests.documents import feed_documents

SHARED = Path(__file__).parents[5] / "shared"
URL = "https://e.org/dir/feed.xml"
RSS = '<rss version="2.0"><channel>'


def whole(body: str | bytes, remembered: bytes = b"", **changes: object) -> Parsed:
    octets = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    options = {"content_type": "", "url": URL, "max_entries": 1_000, **changes}
    return parse_document(octets, memory=remembered, **options)


def item(name: object, extra: str = "") -> str:
    return f"<item><title>Story {name}</title><guid>{name}</guid>{extra}</item>"


def feed(*items: str, head: str = "<title>T</title>", start: str = RSS) -> str:
    return f"{start}{head}{''.join(items)}</channel></rss>"


def delivered(versions: Iterable[str | bytes], **changes: object) -> list[frozenset[int]]:
    """Read the versions of a feed one after another, as polls do; check each against a full
    reading; say which entries were skipped in each.
    """
    remembered, had, skipped = b"", set[Entry](), list[frozenset[int]]()
    for version in versions:
        try:
            full = whole(version, **changes)
        except ParseError as error:
            with pytest.raises(ParseError, match=error.reason):
                whole(version, remembered, **changes)
            continue
        new = whole(version, remembered, **changes)
        assert (new.title, new.language, new.damage) == (full.title, full.language, full.damage)
        assert len(new.entries) == len(full.entries)
        for at, (actual, expected) in enumerate(zip(new.entries, full.entries, strict=True)):
            if at in new.seen:
                assert expected in had
                assert item_cache.identifying_fields(actual) == item_cache.identifying_fields(
                    expected
                )
            else:
                assert actual == expected
                had.add(expected)
        remembered = remembered if new.memory is None else new.memory
        skipped.append(new.seen)
    return skipped


# ── what is skipped ──────────────────────────────────────────────────────────────────────────────


def test_items_seen_before_are_not_read_again():
    first = feed(item(1), item(2), head="<title>T</title><lastBuildDate>x</lastBuildDate>")
    second = feed(item(3), item(1), item(2), head="<title>T</title><ttl>5</ttl>")
    assert delivered([first, second, first]) == [frozenset(), {1, 2}, {0, 1}]


def test_a_skipped_entry_has_only_its_identifying_fields():
    text = "<description>much to say</description><link>/1</link>"
    first = whole(feed(item(1, text)))
    second = whole(feed(item(2), item(1, text)), first.memory or b"")
    assert second.entries[1] == Entry(title="Story 1", guid="1", url="https://e.org/1")
    assert second.seen == {1}


def test_an_edited_item_is_read():
    versions = [feed(item(1), item(2)), feed(item(1), item(2, "<description>new</description>"))]
    assert delivered(versions) == [frozenset(), {0}]


def test_items_may_come_in_any_order_and_twice():
    versions = [feed(item(1), item(2)), feed(item(2), item(1), item(2), item(3)), feed(item(3))]
    assert delivered(versions) == [frozenset(), {0, 1, 2}, {0}]


@pytest.mark.parametrize("codec", ["utf-16", "utf-32", "cp1251", "koi8-r", "utf-8-sig"])
def test_known_items_are_skipped_in_every_encoding(codec):
    start = f"<?xml version='1.0' encoding='{codec.removesuffix('-sig')}'?>{RSS}"
    versions = [feed(item("Курск"), start=start), feed(item("два"), item("Курск"), start=start)]
    assert delivered([text.encode(codec) for text in versions]) == [frozenset(), {1}]


def test_known_items_of_atom_and_rdf_are_skipped():
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{}</feed>'
    entry = '<entry><id>{0}</id><title>{0}</title><content type="html">x</content></entry>'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>{}</rdf:RDF>'
    )
    node = '<item rdf:about="https://e.org/{0}"><title>{0}</title></item>'
    for frame, block in ((atom, entry), (rdf, node)):
        old = block.format(1) + block.format(2)
        versions = [frame.format(old), frame.format(block.format(3) + old)]
        assert delivered(versions) == [frozenset(), {1, 2}]


def test_of_an_entry_without_any_name_the_text_is_read_again():
    nameless = "<item><title>T</title><description>d</description></item>"
    assert delivered([feed(item(1), nameless), feed(item(2), item(1), nameless)])[1] == {1}


# ── what is read whole ───────────────────────────────────────────────────────────────────────────

OLD = feed(item(1), item(2))


@pytest.mark.parametrize(
    "changed",
    [
        feed(item(3), item(1), item(2), start=RSS.replace("<rss", "<rss xml:base='https://b/'")),
        feed(item(3), item(1), item(2), start=RSS.replace("<rss", "<rss xml:lang='ko'")),
        feed(item(3), item(1), item(2), start=RSS.replace("<channel", "<channel xmlns='u:x'")),
        feed(item(3), item(1), item(2), start=RSS.replace("2.0", "0.91")),
        feed(item(3), item(1), item(2), head="<title>Another</title>"),
        feed(item(3), item(1), item(2), head="<title>T</title><content>c</content>"),
        feed(item(3), item(1), item(2), start="<!DOCTYPE rss [<!ENTITY a 'b'>]>" + RSS),
        feed(item(3), item(1), item(2)) + "<trailing/>",
        feed(item(3), item(1), item(2))[:-3],
        feed(item(3, "&nbsp;"), item(1), item(2)),
        feed(item(3, "<b>"), item(1), item(2)),
        feed(item(3, "<item/>"), item(1), item(2)),
        feed(item(3, "<x:y/>"), item(1), item(2)),
        feed(item(3), "<ttl>5</ttl>", item(1), item(2)),
    ],
)
def test_in_any_doubt_the_whole_document_is_read(changed):
    assert delivered([OLD, changed]) == [frozenset(), frozenset()]


@pytest.mark.parametrize(
    "reaching",
    [
        "<content type='html' xml:lang='ko'><div>x</div></content>",
        "<content type='html' xml:base='https://b.example/'><div>x</div></content>",
        "<x:y xmlns:x='http://purl.org/dc/elements/1.1/'/>",
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
    ],
)
def test_an_item_that_reaches_into_the_next_is_never_skipped(reaching):
    versions = [feed(item(1, reaching), item(2)), feed(item(3), item(1, reaching), item(2))]
    assert delivered(versions) == [frozenset(), frozenset()]


def test_another_address_is_another_document():
    remembered = whole(OLD).memory or b""
    assert whole(OLD, remembered).seen
    assert not whole(OLD, remembered, url="https://other.example/").seen


def test_a_document_with_more_items_than_the_limit_is_not_cut():
    assert delivered([OLD, feed(item(3), item(1), item(2))], max_entries=2)[1] == frozenset()


# ── any version after any other ──────────────────────────────────────────────────────────────────

EXTRAS = [
    "",
    "<link>/a?b=1&amp;c=2</link>",
    "<description><![CDATA[ </item><item> ]]></description>",
    "<description>&lt;p&gt;Hi&lt;/p&gt; &#8230;</description>",
    "<!-- </item> --><author>a@e.org (Ann)</author>",
    "<pubDate>Tue, 17 Jun 2025 14:30:00 GMT</pubDate>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>x</div></content>",
    "<content type='html'><div>x</div></content>",
    "<content xml:lang='ru' type='html'><div lang='ko'>x</div></content>",
    "<source url='u'>s</source><image><url>u</url></image>",
    "<language>ko</language><title>Another</title>",
    "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann</dc:creator>",
    "<dc:creator>nobody</dc:creator>",
    "&nbsp;",
    "<br>",
    "<![CDATA[",
    "<title",
    "<textinput><name>n</name>",
    "<?pi </item>?>",
]
HEADS = ["<title>T</title>", "<title>T</title><image><title>I</title></image>", "<link>/b/</link>"]
STARTS = [RSS, RSS.replace("<rss", "<rss xml:base='/c/'"), "<!DOCTYPE rss>" + RSS]
TAILS = ["</channel></rss>", "<image><title>x</title></image></channel></rss>", "</channel>", ""]
ITEMS = st.builds(item, st.integers(0, 5), st.sampled_from(EXTRAS[:6] * 20 + EXTRAS))


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """Versions of one feed: items come, go, change and move; now and then all breaks."""
    pool = draw(st.lists(ITEMS, min_size=1, max_size=8))
    frames = [(RSS, HEADS[0], TAILS[0])] * 150 + list(product(STARTS, HEADS, TAILS))
    version = st.builds(
        lambda frame, items: f"{frame[0]}{frame[1]}{''.join(items)}{frame[2]}",
        st.sampled_from(frames),
        st.lists(st.sampled_from(pool), max_size=6),
    )
    return draw(st.lists(version, min_size=2, max_size=5))


@given(histories())
def test_any_sequence_of_versions_gives_what_full_readings_give(versions):
    delivered(versions)


# The feeds of which items are skipped.  The others are parsed in full each time: they are damaged,
# their items cannot be told apart, or one item affects how the next is parsed.
INCREMENTAL = {
    "atom.xml", "cyrillic-windows.xml", "feed.json", "rdf.xml", "rss2.xml", "utf-16.xml",
    "without-guids.xml",
}  # fmt: skip


@pytest.mark.parametrize("document", feed_documents(), ids=lambda document: document.name)
def test_growing_versions_of_each_format_give_what_full_readings_give(document):
    skipped = grown(document.body, document.content_type)
    assert (skipped > 0) == (document.name in INCREMENTAL)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_sliding_windows_of_real_feeds_give_what_full_readings_give():
    """Each document in growing versions: fewer items, other orders, then all of them."""
    skipped = 0
    for path in sorted(SHARED.glob("feeds/publisher/*.xml"))[::6]:
        skipped += grown(path.read_bytes(), "application/xml")
    assert skipped > 200


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_the_corpora_give_what_full_readings_give():
    skipped = 0
    with (SHARED / "corpora" / "manifest.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in [row for row in rows if row["kind"] == "feed"][::10]:
        body = (SHARED / "corpora" / row["id"]).read_bytes()
        skipped += grown(body, row["content_type"])
    assert skipped > 20


def grown(body: bytes, content_type: str) -> int:
    """The number of entries skipped over versions of a document that is cut at its item tags."""
    name = b"</entry>" if b"</entry>" in body else b"</item>"
    *parts, tail = body.split(name)
    if not parts:
        versions = [body, body]
    else:
        start = parts[0].rfind(name.replace(b"</", b"<").rstrip(b">"))
        head, parts[0] = parts[0][: max(start, 0)], parts[0][max(start, 0) :]
        windows = [parts[1::2], parts[-3:], parts[::-1], parts[:5], parts]
        versions = [b"".join([head, *(part + name for part in w), tail]) for w in windows]
    return sum(map(len, delivered(versions, content_type=content_type)))
