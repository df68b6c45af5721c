"""Which feeds a page names, and which it does not."""

from __future__ import annotations

import pytest

from monitor.collect.discovery import DiscoveredFeed, discover_feeds

PAGE = "https://example.org/news/today.html"
RSS = 'type="application/rss+xml"'


def named(head: str, *, content_type: str = "text/html; charset=utf-8") -> list[DiscoveredFeed]:
    page = f"<!doctype html><html><head>{head}</head><body>News.</body></html>".encode()
    return discover_feeds(page, content_type=content_type, url=PAGE)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (f'<link rel="alternate" {RSS} href="/rss">', "https://example.org/rss"),
        (f"<LINK REL=alternate {RSS} HREF=rss.xml>", "https://example.org/news/rss.xml"),
        (f"<link href='//cdn.example/f' {RSS} rel='feed'/>", "https://cdn.example/f"),
        (f'<link rel="alternate" {RSS} href="/f?a=1&amp;b=2">', "https://example.org/f?a=1&b=2"),
        (
            '<link rel="home alternate" type="application/atom+xml; charset=utf-8" href="/a">',
            "https://example.org/a",
        ),
        ('<link rel="alternate" type="application/feed+json" href="/j">', "https://example.org/j"),
    ],
)
def test_a_feed_is_named_by_a_link(link, url):
    assert [feed.url for feed in named(link)] == [url]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" type="text/css" href="/s.css">',
        '<link rel="alternate" hreflang="ko" href="/ko/">',
        '<link rel="alternate" type="application/json" href="/wp-json/posts/1">',
        f'<link rel="alternate" {RSS} href="">',
        f'<link rel="alternate" {RSS} title="News » Comments Feed" href="/comments/feed/">',
        f'<!-- <link rel="alternate" {RSS} href="/old"> -->',
        f'<link rel="alternate" {RSS} href="http://[broken/">',
    ],
)
def test_what_is_no_feed_is_not_named(link):
    assert named(link) == []


def test_links_start_where_the_page_says():
    base = '<base href="https://static.example/a/">'
    assert named(base + f'<link rel="alternate" {RSS} href="b">')[0].url == (
        "https://static.example/a/b"
    )


def test_the_same_news_in_two_formats_is_one_choice_and_other_news_another():
    links = "".join(
        f'<link rel="alternate" type="application/{kind}+xml" title="{title}" href="{href}">'
        for kind, title, href in (
            ("rss", "All  news", "/rss"), ("atom", "All news", "/atom"), ("rss", "World", "/world"),
        )
    )  # fmt: skip
    assert named(links) == [
        DiscoveredFeed(url="https://example.org/rss", title="All news"),
        DiscoveredFeed(url="https://example.org/world", title="World"),
    ]


def test_a_page_without_end_is_looked_at_only_so_far():
    link = f'<link rel="alternate" {RSS} href="/late">'
    assert named("<!--" + "-" * 600_000 + link) == []
