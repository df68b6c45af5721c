"""Both readers of RSS and Atom beside each other, on altered feeds: what they read must be equal.

`python -m tests.conformance.readers --documents 100000` prints how many were read item by item, how
many items feedparser did not have to read, and each document on which the two differ.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from monitor.collect.parse.charset import decode
from monitor.collect.parse.document import parse_document
from monitor.collect.parse.rss_atom import feedparser_run, item_blocks, plain_items
from monitor.domain.errors import ParseError
from tests.conformance import mutations

_URL = "https://paper.example/dir/feed.xml"
_MOST_ITEMS = 4  # of a document: what affects another item stands next to it
_MOST_ALTERATIONS = 4
_USUAL_NAMES = (
    "title", "link", "guid", "description", "summary", "content", "author", "category", "pubDate",
    "updated", "enclosure", "dc:creator", "dc:date", "media:content", "media:description",
    "content:encoded", "comments", "other:thing",
)  # fmt: skip
# Elements with a meaning for feedparser, and some that have none.
_NAMES = (
    *_USUAL_NAMES * 12,
    "title", "link", "guid", "id", "description", "summary", "content", "author", "name", "email",
    "uri", "category", "keywords", "tags", "pubDate", "published", "issued", "updated", "modified",
    "created", "enclosure", "source", "image", "url", "textinput", "contributor", "language",
    "rights", "copyright", "generator", "comments", "body", "fullitem", "abstract", "subtitle",
    "dc:title", "dc:creator", "dc:author", "dc:date", "dc:subject", "dc:description", "dc:language",
    "dc:publisher", "dc:contributor", "dc:rights", "media:title", "media:description",
    "media:content", "media:group", "media:thumbnail", "media:credit", "media:category",
    "media:keywords", "media:rating", "itunes:author", "itunes:summary", "itunes:subtitle",
    "itunes:keywords", "itunes:image", "itunes:category", "itunes:owner", "content:encoded",
    "feedburner:origLink", "dcterms:modified", "dcterms:issued", "slash:comments", "other:thing",
    "links", "authors", "author_detail", "title_detail", "svg", "math", "date", "items",
)  # fmt: skip
_TEXTS = (
    "", " ", "Ann", "Ann, Bob", "ann@paper.example (Ann)", "Ann &lt;ann@paper.example&gt;", "12345",
    "https://paper.example/1", "/2?a=1&amp;b=2", "//paper.example/3", "www.paper.example/4",
    "A &amp;amp; B", "&lt;p&gt;One&lt;/p&gt; &amp;nbsp; two", "<![CDATA[<b>Bold</b> & <br>]]>",
    "Tue, 17 Jun 2025 14:30:00 GMT", "2025-06-17T14:30:00+09:00", "17 juin 2025", "never",
    "caf\xe9", "caf\xc3\xa9", "\x93quoted\x94", "북한군 쿠르스크", "<b>inline</b>",
    "<!-- a comment -->text",
    "<name>Ann</name>", "<name>Ann</name><uri>u</uri>", "<email>a@b.example</email>", "<title/>",
    "&lt;svg xmlns='http://www.w3.org/2000/svg'/&gt;",
)  # fmt: skip
_ATTRIBUTES = (
    *[""] * 60, ' type="html"', ' type="text"', ' type="xhtml"', ' type="TEXT/HTML"', ' x="1"',
    ' type="application/octet-stream"', ' mode="base64"', ' href="/a"', ' url="https://b.example/c"',
    ' href=""', ' rel="alternate"', ' rel="enclosure"', ' rel="self" href="f"', ' hreflang="ko"',
    ' isPermaLink="false"', ' isPermaLink="true"', ' term="t"', ' label="l"', ' domain="d"',
    ' scheme="s" term="t"', ' xml:lang="ru"', ' xml:base="https://c.example/d/"', ' lang="ja"',
    ' base="https://e.example/"', ' src="https://f.example/g"', ' dc:type="html"',
    ' xmlns:y="u:y" y:z="1"',
)  # fmt: skip
_SPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:other="https://other.example/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)
_RDF_SPACES = (
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
)
# Prefixes that stand for other vocabularies than they say.
_OTHER_SPACES = (
    ' xmlns:dc="https://a.example/" xmlns:media="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:itunes="u:i"'
    ' xmlns:feedburner="u:f" xmlns:dcterms="u:t" xmlns:slash="u:s" xmlns:other="u:o"'
)
_CHANNEL = "<channel><title>T</title>"
_FRAMES = (
    (f'<rss version="2.0"{_SPACES}>{_CHANNEL}<language>en</language>', "item", "</channel></rss>"),
    (f'<rss version="2.0"{_SPACES} xml:lang="ko" xml:base="/b/">{_CHANNEL}',
     "item", "</channel></rss>"),
    (f'<feed xmlns="http://www.w3.org/2005/Atom"{_SPACES} xml:lang="ru"><title>T</title>',
     "entry", "</feed>"),
    (f"<rdf:RDF{_RDF_SPACES}{_SPACES}>{_CHANNEL}</channel>", "item", "</rdf:RDF>"),
    (f'<rss version="2.0"{_OTHER_SPACES}>{_CHANNEL}', "item", "</channel></rss>"),
)  # fmt: skip


@dataclass
class Comparison:
    """What came of a run; `differences` name the documents by their numbers."""

    documents: int = 0
    by_item: int = 0  # documents that were not handed to feedparser whole
    plain: int = 0  # items that feedparser did not read
    differences: list[str] = field(default_factory=list)


def compare(numbers: Sequence[int]) -> Comparison:
    """Read these documents by both readers."""
    result = Comparison()
    for number in numbers:
        body = document(number)
        result.documents += 1
        try:
            parsed = parse_document(
                body, content_type="", url=_URL, max_entries=1_000, compared_one_in=1
            )
        except ParseError:
            continue
        result.by_item += parsed.memory is not None
        result.plain += plain_count(body)
        if parsed.disagreement:
            result.differences.append(f"document {number}: {parsed.disagreement}")
    return result


def plain_count(body: bytes) -> int:
    """The number of items that are read without feedparser."""
    text = decode(body, "")
    parts = item_blocks.split_items(text)
    if parts is None or not parts.blocks:
        return 0
    feed, _ = feedparser_run.parse_strict(parts.head + parts.blocks[0] + parts.tail, _URL, 1)
    items = plain_items.read_items(text, parts.blocks, feed)
    return max(sum(item is not None for item in items) - 1, 0)  # one is compared


def document(number: int) -> bytes:
    """Document `number`: composed at random, or an original with altered items."""
    dice = random.Random(f"readers {number}")
    if number % 2:
        return _composed(dice).encode()
    head, blocks, tail = dice.choice(_originals())
    texts = list(dice.sample(blocks, min(len(blocks), _MOST_ITEMS)))
    for _ in range(dice.randint(0, _MOST_ALTERATIONS)):
        index = dice.randrange(len(texts))
        alter = dice.choice((*[_insert] * 3, *_OF_ANY_DOCUMENT))
        texts[index] = alter(dice, texts[index])
    return b"".join([head, *texts, tail])


def _composed(dice: random.Random) -> str:
    head, name, tail = dice.choice(_FRAMES)
    usual = [_element(dice) for _ in range(dice.randint(1, 6))]
    items = []
    for _ in range(dice.randint(2, _MOST_ITEMS)):
        elements = [*usual, *(_element(dice) for _ in range(dice.choice((0, 0, 1, 3))))]
        if dice.random() < 0.5:
            dice.shuffle(elements)
        items.append(f"<{name}>{''.join(elements)}</{name}>")
    return "\n".join([head, *items, tail])


def _element(dice: random.Random) -> str:
    name, text = dice.choice(_NAMES), dice.choice(_TEXTS)
    if dice.random() < 0.1:
        text += _element(dice)
    return f"<{name}{dice.choice(_ATTRIBUTES)}>{text}</{name}>"


def _insert(dice: random.Random, block: bytes) -> bytes:
    """An element more, between two others."""
    place = block.find(b"<", dice.randrange(len(block)))
    return block[:place] + _element(dice).encode() + block[place:] if place > 0 else block


_OF_ANY_DOCUMENT: Sequence[Callable[[random.Random, bytes], bytes]] = (
    mutations.flip_bytes, mutations.cut_out, mutations.swap_tags, mutations.swap_tags,
    mutations.say_hostile_things,
)  # fmt: skip


@cache
def _originals() -> Sequence[tuple[bytes, Sequence[bytes], bytes]]:
    """Head, items and tail of each original that can be split."""
    return tuple(_split_originals())


def _split_originals() -> Iterator[tuple[bytes, Sequence[bytes], bytes]]:
    originals = mutations.originals()
    bodies = [*originals.generated, *(path.read_bytes() for path in originals.real)]
    for body in bodies:
        parts = item_blocks.split_items(decode(body, ""))
        if parts is not None and len(parts.blocks) > 1:
            blocks = [block.encode() for block in parts.blocks if len(block) < 20_000]
            yield parts.head.encode(), blocks, parts.tail.encode()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.readers")
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    parser.add_argument("--show", type=int, help="print this document instead")
    chosen = parser.parse_args()
    if chosen.show is not None:
        sys.stdout.buffer.write(document(chosen.show))
        return 0
    result = compare(range(chosen.first, chosen.first + chosen.documents))
    lines = [
        f"documents{result.documents:>43,}",
        f"  read item by item{result.by_item:>33,}",
        f"items that feedparser did not read{result.plain:>18,}",
        f"documents that the two readers read differently{len(result.differences):>5,}",
    ]
    sys.stdout.write("\n".join([*lines, *result.differences]) + "\n")
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
