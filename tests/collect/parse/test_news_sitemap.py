"""A news site map is read as a feed; one without news is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def urlset(*urls: str, spaces: str = SPACES, before: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<urlset {spaces}>{"".join(urls)}</urlset>'
    )


def url(name: object = 1, news: str = "", date: str = "2025-06-17") -> str:
    return (
        f"<url><loc> https://e.org/{name}?a=1&amp;b=2 </loc><news:news><news:publication>"
        "<news:name>The Ledger</news:name><news:language>zh-cn</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date>"
        f"<news:title>Story {name} &amp; more</news:title>{news}</news:news></url>"
    )


PLAIN = "<url><loc>https://e.org/about</loc></url>"


def parsed(document: str, **changes: int) -> Parsed:
    options = {"content_type": "", "url": "https://e.org/news.xml", "max_entries": 100, **changes}
    return parse_document(document.encode(), **options)


def test_an_article_becomes_an_entry():
    keywords = "<news:keywords>North Korea, Russia</news:keywords>"
    assert parsed(urlset(PLAIN, url(1, keywords, "2025-06-17T14:30+02:00"))) == Parsed(
        title="The Ledger",
        language="zh-CN",
        entries=(
            Entry(
                title="Story 1 & more",
                url="https://e.org/1?a=1&b=2",
                language="zh-CN",
                published_at=datetime(2025, 6, 17, 12, 30, tzinfo=UTC),
                tags=("North Korea", "Russia"),
            ),
        ),
    )


@pytest.mark.parametrize("date", ["2025-06-17", "2025-06-17T00:00Z", "2025-06-17T00:00:00.0+00:00"])
def test_dates_as_the_format_allows_them(date):
    (entry,) = parsed(urlset(url(date=date))).entries
    assert entry.published_at == datetime(2025, 6, 17, tzinfo=UTC)


@pytest.mark.parametrize("prefix", ["", "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"])
def test_a_quiet_day_is_an_empty_feed(prefix):
    assert parsed(urlset(spaces=f"{SPACES} {prefix}")) == Parsed()


def test_a_sitemap_cut_off_gives_its_whole_articles_and_says_so():
    document = urlset(*map(url, range(5)))
    got = parsed(document[: document.index("Story 3")])
    assert [entry.title for entry in got.entries] == [f"Story {n} & more" for n in range(3)]
    assert got.damage == "the document is cut off after entry 3; the rest is missing"


def test_entries_beyond_the_limit_are_reported():
    got = parsed(urlset(*map(url, range(5))), max_entries=3)
    assert len(got.entries) == 3
    assert got.damage == "only the first 3 entries were read; the document has more"
    assert parsed(urlset(*map(url, range(3))), max_entries=3).damage is None


@pytest.mark.parametrize(
    "document",
    [
        urlset(PLAIN, spaces=""),
        urlset(url(), before='<!DOCTYPE x [<!ENTITY a "b">]>'),
        urlset(url(), before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "<urlset",
    ],
)
def test_other_xml_is_no_news_sitemap(document):
    with pytest.raises(ParseError) as raised:
        parsed(document)
    assert raised.value.reason is FeedReason.NOT_A_FEED
    assert "site map" in raised.value.detail
