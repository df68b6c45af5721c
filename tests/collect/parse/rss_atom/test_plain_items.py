"""Plain items are read as feedparser reads them; an item that says anything odd is left to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.collect.parse.document import parse_document
from monitor.collect.parse.rss_atom import feedparser_run, item_blocks, plain_items
from monitor.domain.errors import ParseError
from tests.bench import feeds
from tests.conformance import readers
from tests.documents import feed_documents

SHARED = Path(__file__).parents[5] / "shared" / "feeds"
URL = "https://paper.example/dir/feed.xml"
SPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:other="https://other.example/"'
)
PLAIN = "<title>Rain</title><link>/rain</link><guid>1</guid>"


def rss(*items: str, attributes: str = "") -> str:
    blocks = "".join(f"<item>{item}</item>" for item in items)
    start = f'<rss version="2.0"{SPACES}{attributes}>'
    return f"{start}<channel><title>Wire</title>{blocks}</channel></rss>"


def atom(*entries: str) -> str:
    blocks = "".join(f"<entry>{entry}</entry>" for entry in entries)
    space = 'xmlns="http://www.w3.org/2005/Atom" xml:lang="ko"'
    return f"<feed {space}{SPACES}><title>Wire</title>{blocks}</feed>"


def read(document: str) -> list[plain_items.Values | None]:
    parts = item_blocks.split_items(document)
    assert parts is not None
    first, _ = feedparser_run.parse_strict(parts.head + parts.blocks[0] + parts.tail, URL, 1)
    return plain_items.read_items(document, parts.blocks, first)


def disagreement(body: bytes, content_type: str = "") -> str | None:
    """What the readers read differently; of what is no feed they read nothing."""
    try:
        parsed = parse_document(
            body, content_type=content_type, url=URL, max_entries=10_000, compared_one_in=1
        )
    except ParseError:
        return None
    return parsed.disagreement


def is_plain(inside: str, document=rss) -> bool:
    text = document(PLAIN, inside)
    assert disagreement(text.encode()) is None
    first, second = read(text)
    assert first is not None
    return second is not None


def test_the_values_are_those_of_feedparser():
    (item,) = read(
        rss(
            "<title>Rain &amp;amp; wind</title><link>/rain?a=1&amp;b=2</link>"
            '<guid isPermaLink="false">7</guid><dc:creator>Ann</dc:creator>'
            '<category domain="d">weather</category><pubDate>Tue, 17 Jun 2025</pubDate>'
            "<description>&lt;p&gt;Much&lt;/p&gt;</description>"
        )
    )
    assert item == {
        "title": "Rain &amp; wind",
        "title_detail": {"type": "text/html", "language": None},
        "links": [
            {"rel": "alternate", "type": "text/html", "href": "https://paper.example/rain?a=1&b=2"}
        ],
        "link": "https://paper.example/rain?a=1&b=2",
        "id": "7",
        "authors": [{"name": "Ann", "is_text": True}],
        "tags": [{"term": "weather", "scheme": "d", "label": None}],
        "published": "Tue, 17 Jun 2025",
        "summary": "<p>Much</p>",
        "summary_detail": {"type": "text/html", "language": None},
    }


@pytest.mark.parametrize(
    "inside",
    [
        "<description>One</description><description>Two</description><content:encoded>3</content:encoded>",
        "<content:encoded><![CDATA[<p>One</p>]]></content:encoded><description>Two</description>",
        "<title></title><title>Second</title><title>Third</title>",
        "<media:title>Picture</media:title><title>Rain</title>",
        "<media:group><media:content><media:title>Deep</media:title></media:content></media:group>",
        "<title>A</title><source url='u'>S</source><title>B</title>",
        "<media:description>Caption</media:description><media:credit>Ann</media:credit>",
        "<author>Ann</author><dc:creator>Bob</dc:creator><author/>",
        "<link/><guid>https://paper.example/7</guid>",
        "<guid isPermaLink='false'>7</guid><enclosure url='a.mp3' type='audio/mpeg'/>",
        "<category>a</category><category>a</category><category domain='d'/><category>b</category>",
        "<other:title>x</other:title><other:thing a='1'><title>Inner</title></other:thing>",
        "<title>caf\xc3\xa9 \x96 \u5317\u97d3</title>",
        "<!-- a comment --><title>Rain<!-- and --> wind</title><?instruction?>",
        "<pubDate>2025-06-17</pubDate><dc:date>2025-06-18</dc:date><modified>x</modified>",
    ],
)
def test_plain_items_are_read_as_feedparser_reads_them(inside):
    assert is_plain(inside)
    assert is_plain(inside, atom)


@pytest.mark.parametrize(
    "inside",
    [
        "<author>ann@paper.example (Ann)</author>",
        "<author>Ann</author><author><name>Bob</name></author>",
        "<author><email>ann@paper.example</email></author>",
        "<content type='xhtml'><div>x</div></content>",
        "<description>in <b>bold</b></description>",
        "<title xml:lang='ru'>x</title>",
        "<title type='application/octet-stream'>eA==</title>",
        "<content src='https://paper.example/7'/>",
        "<link xml:base='https://other.example/'>/a</link>",
        "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann</dc:creator>",
        "<svg>x</svg>",
        "<links>x</links>",
        "<title_detail>x</title_detail>",
        "<other:a>" * 9 + "</other:a>" * 9,
        "<textinput><title>Search</title></textinput>",
        "<media:keywords>a,b</media:keywords>",
    ],
)
def test_an_odd_item_is_left_to_feedparser(inside):
    assert not is_plain(inside)


def test_a_prefix_means_what_feedparser_takes_it_for():
    swapped = ' xmlns:m="http://purl.org/dc/elements/1.1/"'
    (item,) = read(rss("<m:title>Rain</m:title>", attributes=swapped))
    assert item is not None
    assert item["title"] == "Rain"


def test_nothing_is_read_where_an_element_around_the_items_gives_them_another_meaning():
    document = rss(PLAIN, PLAIN).replace("<channel>", "<channel><dc:publisher><content>")
    document = document.replace("</channel>", "</content></dc:publisher></channel>")
    assert read(document) == [None, None]


def test_nearly_every_item_of_usual_feeds_is_plain():
    for number in range(12):
        document = feeds.document(number, entries=6).decode()
        assert None not in read(document)
        assert disagreement(document.encode()) is None


@pytest.mark.parametrize("document", feed_documents(), ids=lambda document: document.name)
def test_own_documents_are_read_as_feedparser_reads_them(document):
    assert disagreement(document.body, document.content_type) is None


def test_altered_documents_are_read_as_feedparser_reads_them():
    result = readers.compare(range(300))  # `python -m tests.conformance.readers` reads more
    assert result.differences == []
    assert result.by_item > 50
    assert result.plain > 50


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_feeds_of_publishers_are_read_as_feedparser_reads_them():
    bodies = {path.name: path.read_bytes() for path in sorted(SHARED.rglob("*")) if path.is_file()}
    differences = {name: disagreement(body) for name, body in bodies.items()}
    assert {name: text for name, text in differences.items() if text} == {}
    assert len(bodies) > 100
