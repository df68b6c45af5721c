"""The sources of an article, as readers see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.deliver.messages import source_links
from monitor.deliver.messages.source_links import SourceLink
from monitor.domain.alerts import Claim
from monitor.domain.articles import Article, Source


def source(article: Article, feed: str, title: str, url: str | None) -> Source:
    return Source(
        article_key=article.key, feed_key=feed, feed_title=title, url=url, seen_at=article.seen_at
    )


def test_the_own_feed_is_named_and_no_other_source(
    article: Callable[..., Article], claim: Callable[..., Claim]
):
    story = article("Sappers leave")
    sources = (
        source(story, story.feed_key, "Own", "https://own.example/1"),
        source(story, "b", "Wire\nService", "https://wire.example/1"),
        source(story, "c", "", "javascript:alert(1)"),
    )
    alert = replace(claim(story), sources={story.key: sources}, feed_titles={story.feed_key: "Own"})
    assert source_links.own_name(story, alert) == "Own"
    assert source_links.other_sources(story, alert) == (
        SourceLink(name="Wire Service", link="https://wire.example/1"),
        SourceLink(name="unnamed source", link=None),
    )


def test_a_feed_that_is_not_known_any_more_is_unnamed(
    article: Callable[..., Article], claim: Callable[..., Claim]
):
    story = article("Sappers leave")
    alert = replace(claim(story), sources={}, feed_titles={})
    assert source_links.own_name(story, alert) == "unnamed source"
    assert source_links.other_sources(story, alert) == ()


def test_a_long_name_is_one_short_line(
    article: Callable[..., Article], claim: Callable[..., Claim]
):
    story = article("Sappers leave")
    alert = replace(claim(story), feed_titles={story.feed_key: "long " * 50})
    assert len(source_links.own_name(story, alert)) <= 80
