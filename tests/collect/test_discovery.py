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
def test_a_link_names_a_feed(link, url):
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


def test_only_the_start_of_a_page_is_searched():
    link = f'<link rel="alternate" {RSS} href="/late">'
    assert named("<!--" + "-" * 600_000 + link) == []


def found_on(body: str, *headers: str) -> list[str]:
    page = f"<!doctype html><html><body>{body}</body></html>".encode()
    feeds = discover_feeds(page, content_type="text/html", url=PAGE, link_headers=headers)
    return [feed.url for feed in feeds]


@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
def test_an_alternate_that_is_plain_xml_is_worth_a_look(kind):
    (feed,) = named(f'<link rel="alternate" type="{kind}" href="/news.xml">')
    assert feed.url == "https://example.org/news.xml"


def test_feeds_in_a_link_header_count_first():
    header = '</a.xml>; rel="alternate"; type="application/rss+xml", </b>; rel=next'
    link = f'<link rel="alternate" {RSS} href="/c.xml">'
    assert found_on(link, header) == ["https://example.org/a.xml", "https://example.org/c.xml"]


def test_a_page_that_lists_feeds_names_them_where_its_head_names_none():
    anchors = (
        '<a href="world.xml">World</a> <a href="/about">About</a> <a href="/sport/rss">Sport</a>'
        '<a href="/x?format=atom">Culture</a><a href="/subscribe">RSS</a><a href="#rss">RSS</a>'
        '<a type="application/atom+xml" href="/deep/one">One</a>'
    )
    assert found_on(anchors) == [
        "https://example.org/news/world.xml",
        "https://example.org/sport/rss",
        "https://example.org/x?format=atom",
        "https://example.org/subscribe",
        "https://example.org/deep/one",
    ]
    link = f'<link rel="alternate" {RSS} href="/main.xml">'
    assert found_on(link + anchors) == ["https://example.org/main.xml"]


def test_the_prefix_of_browsers_is_taken_off():
    link = '<link rel="alternate" type="application/rss+xml" href="feed://example.org/f">'
    assert found_on(link) == ["http://example.org/f"]


def test_two_feeds_of_one_kind_may_have_one_title():
    links = "".join(
        f'<link rel="alternate" type="application/{kind}+xml" title="News" href="/{name}">'
        for kind, name in (("rss", "north"), ("rss", "south"), ("atom", "north.atom"))
    )
    assert found_on(links) == ["https://example.org/north", "https://example.org/south"]


def test_a_base_counts_wherever_it_stands():
    page = f'<link rel="alternate" {RSS} href="f"><base href="https://static.example/a/">'
    assert found_on(page) == ["https://static.example/a/f"]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="feed" href="/f">',
        '<link rel="alternate" type="application/json" title="JSON Feed" href="/f">',
        f'<script>"<link {RSS} rel=alternate href=/old>"</script><link rel="feed" href="/f">',
        f'<template><link {RSS} rel=alternate href=/old></template><link rel="feed" href="/f">',
        f'<link rel="alternate" {RSS} href="/f"><link rel="alternate" {RSS} href="/f#top">',
    ],
)
def test_one_feed_is_named_whatever_else_the_page_holds(link):
    assert [feed.url for feed in named(link)] == ["https://example.org/f"]
