"""Articles to publish, one of them hostile."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.articles import Article, Source
from monitor.publish.items import Heading, Item, heading, items
from tests.fakes import NOW, article, entry

THEMES = {"labour": "Labour & reconstruction", "troops": "Troops"}
TITLES = {"f": "Harbour <Wire>", "g": "한빛통신"}
HOSTILE = "\u202eevil\u0000\u0007 <script>alert(1)</script> & \ud800 ]]> \ufffe =1+1 \u200b"
HEADING = heading(
    "subscription", "s", title="대북 감시 · Watchpost", subtitle="Articles", since=NOW,
    url="https://alerts.example/feeds/abc.atom",
)  # fmt: skip


def plain() -> Article:
    return article(
        "a", entry=entry(published_at=NOW - timedelta(hours=1), text="Sappers & builders leave.")
    )


def korean() -> Article:
    content = entry("북한 공병, 쿠르스크로", url="https://g.example/공병?a=1&b=2", language="ko-KP")
    return article("b", feed_key="g", entry=content, seen_at=NOW - timedelta(hours=2))


def hostile() -> Article:
    content = entry(HOSTILE, text=HOSTILE, url="javascript:alert(1)", language="x' onload='")
    return article("c", entry=content, seen_at=NOW - timedelta(hours=3))


def sources(*articles: Article) -> dict[str, tuple[Source, ...]]:
    """One source for each article: its own feed."""
    return {
        original.key: (
            Source(
                article_key=original.key,
                feed_key=original.feed_key,
                feed_title=TITLES.get(original.feed_key, ""),
                url=original.entry.url,
                seen_at=original.seen_at,
            ),
        )
        for original in articles
    }


def sample_items() -> list[Item]:
    articles = (plain(), korean(), hostile())
    return items(articles, sources(*articles), THEMES)


def sample_heading() -> Heading:
    return HEADING
