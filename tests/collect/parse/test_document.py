"""Documents become entries; what is cut, broken or no feed at all is told, never raised."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect import xml_repair
from monitor.collect.parse import clean
from monitor.collect.parse import document as read_module
from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

URL = "https://e.org/dir/feed.xml"


def parsed(document: str | bytes, content_type: str = "", **changes) -> Parsed:
    body = document.encode() if isinstance(document, str) else document
    return parse_document(
        body, **{"content_type": content_type, "url": URL, "max_entries": 1_000, **changes}
    )


def refused(document: str | bytes) -> ParseError:
    with pytest.raises(ParseError) as raised:
        parsed(document)
    return raised.value


def rss(*items: str, head: str = "<title>T</title>") -> str:
    return f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def atom(*entries: str, head: str = "<title>T</title>", attributes: str = "") -> str:
    namespace = 'xmlns="http://www.w3.org/2005/Atom"'
    return f"<feed {namespace} {attributes}>{head}{''.join(entries)}</feed>"


def item(number: int, extra: str = "") -> str:
    return f"<item><title>Story {number}</title><guid>{number}</guid>{extra}</item>"


def titles(feed: Parsed) -> list[str]:
    return [entry.title for entry in feed.entries]


# ── what an entry becomes ────────────────────────────────────────────────────────────────────────


def test_an_rss_item_becomes_an_entry():
    document = rss(
        """<item><title>Kim &amp;amp; Putin</title><link>/story</link>
        <guid isPermaLink="false">g-1</guid><author>a@e.org (Ann &lt;b&gt;Lee&lt;/b&gt;)</author>
        <pubDate>Tue, 17 Jun 2025 14:30:00 +0200</pubDate><category>North Korea</category>
        <category> Russia </category><description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two</description>
        </item>""",
        head="<title>News &amp; views</title><language>EN_us</language>",
    )
    assert replace(parsed(document), memory=None) == Parsed(
        title="News & views",
        language="en-US",
        entries=(
            Entry(
                title="Kim & Putin",
                text="One Two",
                url="https://e.org/story",
                guid="g-1",
                author="Ann Lee",
                published_at=datetime(2025, 6, 17, 12, 30, tzinfo=UTC),
                tags=("North Korea", "Russia"),
            ),
        ),
    )


def test_an_atom_entry_becomes_an_entry():
    document = atom(
        """<entry><title type="html">&lt;b&gt;Bold&lt;/b&gt; move</title><id>tag:1</id>
        <link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="story?a=1&amp;b=2"/>
        <author><name>Ann</name></author><author><name>Bob</name></author>
        <updated>2025-06-17T12:00:00Z</updated><category term="t" label="Label"/>
        <summary>Short</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A longer text</p></div>
        </content></entry>""",
        attributes='xml:lang="ko" xml:base="https://base.example/x/"',
    )
    (entry,) = parsed(document).entries
    assert entry == Entry(
        title="Bold move",
        text="A longer text",
        url="https://base.example/x/story?a=1&b=2",
        guid="tag:1",
        author="Ann, Bob",
        language="ko",
        published_at=datetime(2025, 6, 17, 12, 0, tzinfo=UTC),
        tags=("Label",),
    )


def test_rdf_is_read_too():
    document = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>T</title></channel><item rdf:about='https://e.org/1'><title>One</title>"
        "<link>https://e.org/1</link><dc:date>2025-06-17</dc:date></item></rdf:RDF>"
    )
    feed = parsed(document)
    assert (titles(feed), feed.damage) == (["One"], None)
    assert feed.entries[0].guid == "https://e.org/1"


def test_entries_stay_in_the_published_order():
    assert titles(parsed(rss(*map(item, (3, 1, 2))))) == ["Story 3", "Story 1", "Story 2"]


def test_a_missing_headline_is_made_of_the_text():
    text = "Sappers arrived in Kursk. " * 20
    (entry,) = parsed(rss(f"<item><description>{text}</description></item>")).entries
    assert entry.title.startswith("Sappers arrived in Kursk.")
    assert len(entry.title) <= clean.SUBSTITUTE_TITLE


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ("<description>plain</description>", "plain"),
        ("<description/>", ""),
        ('<content type="image/png">aGVsbG8=</content><description>d</description>', "d"),
        ("<description>&lt;img src='x'&gt;</description>", ""),
    ],
)
def test_the_text_is_what_can_be_read(extra, text):
    assert parsed(rss(item(1, extra))).entries[0].text == text


@pytest.mark.parametrize(
    "date",
    ["yesterday", "32/13/2024", "Mon, 99 Foo 2024", "0000-00-00T00:00:00Z", "-1", "1e400", ""],
)
def test_an_invalid_date_becomes_none(date):
    assert parsed(rss(item(1, f"<pubDate>{date}</pubDate>"))).entries[0].published_at is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "", "http://["])
def test_a_link_that_leads_nowhere_safe_is_dropped(link):
    assert parsed(rss(f"<item><title>t</title><link>{link}</link></item>")).entries[0].url is None


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("broken", [False, True], ids=["strict", "loose"])
def test_a_document_that_is_cut_off_gives_its_whole_items_and_says_so(broken):
    document = rss(*(item(number, "<x> & </x>" if broken else "") for number in range(9)))
    feed = parsed(document[: document.index("Story 5") + 4])
    assert titles(feed) == [f"Story {number}" for number in range(5)]
    assert feed.damage == "the document is cut off after entry 5; the rest is missing"


def test_a_document_cut_anywhere_never_has_half_an_item():
    document = atom(*(f"<entry><title>Story {n}</title><id>{n}</id></entry>" for n in range(3)))
    for end in range(document.index("<title>"), len(document)):
        feed = parsed(document[:end])
        assert titles(feed) == ["Story 0", "Story 1", "Story 2"][: len(feed.entries)]
        whole = len(feed.entries) == 3 and "</feed" in document[:end]
        assert (feed.damage is None) == whole


def test_a_cut_within_a_character_leaves_the_other_characters():
    body = rss(*(f"<item><title>Курск {n}</title></item>" for n in range(3))).encode()
    feed = parsed(body[: body.rindex("рск".encode()) + 1])
    assert titles(feed) == ["Курск 0", "Курск 1"]
    assert feed.damage


@pytest.mark.parametrize(
    "document",
    [
        rss(item(1), item(2))[:-3],
        rss(item(1, "<b>&nbsp; & <br></b>"), item(2)),
        "\n\n  " + rss(item(1), item(2)),
        "<?xml version='1.1' encoding='x'?>" + rss(item(1), item(2)),
        rss(item(1), item(2)).replace("Story", "St\x00o\x08ry"),
        rss(item(1), item(2)) + "<script>trailing</script>",
        "<br /><b>Warning</b>: mysql" + rss(item(1), item(2)),
        rss("<item><title>Story 1</title>", "<item><title>Story 2</title></item>"),
        rss(item(1, "<image><width></height></image>"), item(2)),
        rss(item(1, "<undeclared:x>y</undeclared:x>"), item(2)),
        rss(item(1, "<x:y xmlns:x='a b c d'/>"), item(2)),
        rss(item(1, "<p:chapter xmlns:p='http://podlove.org/simple-chapters'/>"), item(2)),
        "<!DOCTYPE html>" + rss(item(1), item(2)),
        "<!-- <html> -->" + rss(item(1), item(2)),
    ],
)
def test_untidy_markup_is_no_damage(document):
    feed = parsed(document)
    assert (titles(feed), feed.damage) == (["Story 1", "Story 2"], None)


def test_feed_entries_beyond_the_limit_are_reported():
    feed = parsed(rss(*map(item, range(50))), max_entries=20)
    assert len(feed.entries) == 20
    assert feed.damage == "only the first 20 entries were read; the document has more"
    assert parsed(rss(*map(item, range(20))), max_entries=20).damage is None


def test_entries_beyond_the_limit_are_reported_in_broken_markup_too():
    feed = parsed(rss("<x> & </x>", *map(item, range(50))), max_entries=20)
    assert len(feed.entries) == 20
    assert feed.damage


def test_a_feed_without_entries_is_a_feed():
    assert parsed(rss()) == Parsed(title="T")
    assert parsed(atom()) == Parsed(title="T")


@pytest.mark.parametrize("document", ["<rss", "<rss>", '<?xml version="1.0"?><feed>', "<rss><chan"])
def test_the_beginning_of_a_feed_is_a_damaged_feed(document):
    feed = parsed(document)
    assert feed.entries == ()
    assert feed.damage == "the document is cut off before its first entry ends; the rest is missing"


# ── no feeds ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("<!doctype HTML><body>maintenance", "web page"),
        ("<HTML><head><title>secret</title></head></HTML>", "web page"),
        ('<opml version="2.0"><body/></opml>', "monitor feeds import"),
        ('<urlset xmlns="x"><url/></urlset>', "site map without news"),
        ("<sitemapindex/>", "site maps"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
        ("/etc/passwd", "neither RSS nor Atom"),
        ("http://127.0.0.1/feed", "neither RSS nor Atom"),
        ("<kml><Document>secret</Document></kml>", "neither RSS nor Atom"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither RSS nor Atom"),
        (b"\xff\xfe\x00", "neither RSS nor Atom"),
    ],
)
def test_an_answer_that_is_no_feed_is_described_without_quoting_it(document, message):
    error = refused(document)
    assert error.reason is FeedReason.NOT_A_FEED
    assert message in error.detail
    assert "secret" not in error.detail


@pytest.mark.parametrize("document", [b"", b"  \n", b"\xef\xbb\xbf", b"<?xml version='1.0'?>"])
def test_an_empty_answer_is_an_empty_document(document):
    assert refused(document).reason is FeedReason.EMPTY_BODY


# ── hostile documents ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "document",
    [
        rss(item(1, "<author>" + "a" * 100_000 + "</author>")),
        rss(item(1, "<x " + " ".join(f"a{n}='x'" for n in range(100_000)) + "/>")),
        rss(item(1, "".join(f"<category>c{n}</category>" for n in range(20_000)))),
        rss(item(1, "<a>" * 20_000 + "</a>" * 20_000)),
        rss(item(1, "<description>" + "&lt;div&gt;" * 20_000 + "</description>")),
        rss(item(1, "<description>" + "&amp;" * 200_000 + "</description>")),
        '<!DOCTYPE rss [<!ENTITY a0 "lol">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        + "]>"
        + rss(item(1, "<description>&a9;</description>")),
    ],
    ids=["author", "attributes", "categories", "nesting", "markup", "entities", "laughs"],
)
def test_documents_that_slow_other_parsers_are_read_in_time(document):
    started = time.process_time()
    feed = parsed(document)
    assert titles(feed) == ["Story 1"]
    assert len(feed.entries[0].tags) <= clean.MAX_TAGS
    assert time.process_time() - started < 5


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x110000;", "&#0;", "&#99999999999;", "&#x8;"])
def test_an_impossible_character_is_replaced(reference):
    (entry,) = parsed(rss(f"<item><title>a{reference}b</title></item>")).entries
    assert entry.title == "a\ufffdb"


def test_an_entity_of_another_file_is_not_read():
    document = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    feed = parsed(document + rss("<item><title>a &x; b</title></item>"))
    assert titles(feed) == ["a &x; b"]


FRAGMENTS = """
    <rss> <channel> <item> </item> <entry> </entry> <feed> <title> </title> <link/> <link>
    </link> <image> <width> </width> </height> <author> </author> <name> &#xD800; &nbsp; <![CDATA[
    ]]> <!-- --> <!DOCTYPE ]> text <georss:polygon> <psc:chapter> <cc:license/> & < <x:y> <guid>
    </guid> <content> </content> </rss> <category/> <source> <tags> </tags> <media:content> <svg>
    </svg> <gml:Point> <?xml?> <itunes:image/> <enclosure/> <pubDate> </pubDate>
"""


@given(st.lists(st.sampled_from(FRAGMENTS.split()), max_size=30).map("".join))
def test_any_markup_is_a_feed_or_a_parse_error(document):
    try:
        feed = parsed("<rss>" + document)
    except ParseError:
        return
    assert isinstance(feed, Parsed)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_are_a_feed_or_a_parse_error(body, content_type):
    try:
        feed = parsed(body, content_type)
    except ParseError:
        return
    assert isinstance(feed, Parsed)


@given(st.text(st.characters() | st.sampled_from("\x00\x08\t\n\r\x1f\ufffe\uffff\ud800\udfff")))
def test_characters_that_xml_forbids_are_found_by_both_checks(text):
    assert read_module._is_xml(text) == (xml_repair.NOT_XML.search(text) is None)
