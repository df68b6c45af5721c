"""Generated feeds: RSS and Atom in six languages, the same bytes for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from xml.sax.saxutils import escape as xml

from tests.bench.words import TEXTS, TOPIC

SMALLEST_BODY, LARGEST_BODY = 1_000, 3_000  # bytes of HTML in one entry
_START = datetime(2025, 6, 1, tzinfo=UTC)
_STEP = timedelta(minutes=37)  # between two entries of a feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One generated article."""

    serial: int
    title: str
    html: str
    address: str
    author: str
    tag: str
    at: datetime
    language: str


def item(feed: int, serial: int, *, seed: int = 1) -> Item:
    """Article `serial` of a feed, independent of all other articles."""
    dice = random.Random(f"{seed}/{feed}/{serial}")
    language = list(TEXTS)[feed % len(TEXTS)]
    title = _sentence(dice, language, dice.randint(5, 11))
    first = _sentence(dice, language, dice.randint(12, 25))
    if dice.random() < 0.05:
        title, first = f"{title}: {TOPIC[language]}", f"{TOPIC[language]}, {first}"
    slug = f"{feed:04d}/{serial:06d}"
    return Item(
        serial=serial,
        title=title,
        html=_html(dice, language, first, slug),
        address=f"https://paper{feed:04d}.example/news/{slug}.html?utm_source=rss",
        author=_sentence(dice, language, 2).title().rstrip("."),
        tag=dice.choice(TEXTS[language]),
        at=_START + serial * _STEP + timedelta(seconds=feed),
        language=language,
    )


def _sentence(dice: random.Random, language: str, words: int) -> str:
    chosen = dice.choices(TEXTS[language], k=words)
    return ("" if language == "ja" else " ").join(chosen).capitalize()


def _html(dice: random.Random, language: str, first: str, slug: str) -> str:
    """Paragraphs, links, pictures, lists, entities: 1 to 3 KB of what newspapers publish."""
    length = dice.randint(SMALLEST_BODY, LARGEST_BODY)
    picture = f"https://pictures.example/{slug}.jpg?w=640&h=360"
    parts = [
        f'<p><img src="{escape(picture)}" alt="{escape(first)}" width="640"></p>',
        f"<p><strong>{escape(first)}.</strong></p>",
    ]
    size = sum(len(part.encode()) for part in parts)
    while size < length:
        parts.append(_block(dice, language, slug))
        size += len(parts[-1].encode())
    return "\n".join(parts)


def _block(dice: random.Random, language: str, slug: str) -> str:
    text = [escape(_sentence(dice, language, dice.randint(6, 14))) for _ in range(3)]
    match dice.randrange(5):
        case 0:
            link = f"https://other.example/{slug}?a=1&amp;b=2"
            return f'<p>{text[0]} <a href="{link}" rel="nofollow">{text[1]}</a> {text[2]}.</p>'
        case 1:
            return "<ul>" + "".join(f"<li>{entry}</li>" for entry in text) + "</ul>"
        case 2:
            return (
                f"<blockquote>&laquo;{text[0]}&raquo;&nbsp;&mdash; <em>{text[1]}</em></blockquote>"
            )
        case _:
            return f"<p>{text[0]}. {text[1]}.<br>{text[2]}.</p>"


def document(feed: int, *, entries: int, added: int = 0, seed: int = 1) -> bytes:
    """A feed's latest `entries` articles, newest first, after `added` new ones.

    The window slides, as publishers' do: for each new one at the top the oldest is gone.
    """
    items = [item(feed, serial, seed=seed) for serial in range(entries + added - 1, added - 1, -1)]
    text = _atom(feed, items) if feed % 3 == 2 else _rss(feed, items)
    return text.encode()


def _rss(feed: int, items: list[Item]) -> str:
    newest = items[0]
    entries = "\n".join(_rss_item(feed, entry) for entry in items)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"\
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Paper {feed}</title>
<link>https://paper{feed:04d}.example/</link>
<atom:link href="https://paper{feed:04d}.example/rss" rel="self" type="application/rss+xml"/>
<description>Made-up news number {feed}</description>
<language>{newest.language}</language>
<lastBuildDate>{format_datetime(newest.at)}</lastBuildDate>
<ttl>30</ttl>
{entries}
</channel>
</rss>
"""


def _rss_item(feed: int, entry: Item) -> str:
    if feed % 2:  # escaped in the description, the most common form
        body = f"<description>{xml(entry.html)}</description>"
    else:
        body = (
            f"<description>{xml(entry.title)}</description>\n"
            f"<content:encoded><![CDATA[{entry.html}]]></content:encoded>"
        )
    return f"""<item>
<title>{xml(entry.title)}</title>
<link>{xml(entry.address)}</link>
<guid isPermaLink="false">paper{feed:04d}-{entry.serial}</guid>
<dc:creator>{xml(entry.author)}</dc:creator>
<category>{xml(entry.tag)}</category>
<pubDate>{format_datetime(entry.at)}</pubDate>
{body}
</item>"""


def _atom(feed: int, items: list[Item]) -> str:
    newest = items[0]
    entries = "\n".join(_atom_entry(feed, entry) for entry in items)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{newest.language}">
<title>Paper {feed}</title>
<id>tag:paper{feed:04d}.example,2025:feed</id>
<link href="https://paper{feed:04d}.example/"/>
<link href="https://paper{feed:04d}.example/atom" rel="self"/>
<updated>{newest.at.isoformat()}</updated>
{entries}
</feed>
"""


def _atom_entry(feed: int, entry: Item) -> str:
    return f"""<entry>
<title>{xml(entry.title)}</title>
<id>tag:paper{feed:04d}.example,2025:{entry.serial}</id>
<link href="{xml(entry.address)}"/>
<author><name>{xml(entry.author)}</name></author>
<category term="{xml(entry.tag)}"/>
<published>{entry.at.isoformat()}</published>
<updated>{entry.at.isoformat()}</updated>
<content type="html">{xml(entry.html)}</content>
</entry>"""


def opml(addresses: list[str]) -> str:
    """An OPML list of feeds."""
    lines = "\n".join(
        f'<outline type="rss" text="Paper {number}" xmlUrl="{xml(address)}"/>'
        for number, address in enumerate(addresses)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>bench</title>'
    return f"{head}</head><body>\n{lines}\n</body></opml>\n"
