"""Articles to publish, a few of them hostile."""

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
    told = entry("북한 공병, 쿠르스크로", url="https://g.example/공병?a=1&b=2", language="ko-KP")
    return article("b", feed_key="g", entry=told, seen_at=NOW - timedelta(hours=2))


def hostile() -> Article:
    told = entry(HOSTILE, text=HOSTILE, url="javascript:alert(1)", language="x' onload='")
    return article("c", entry=told, seen_at=NOW - timedelta(hours=3))


def sources(*articles: Article) -> dict[str, tuple[Source, ...]]:
    """Each brought by its own feed."""
    return {
        one.key: (
            Source(
                article_key=one.key,
                feed_key=one.feed_key,
                feed_title=TITLES.get(one.feed_key, ""),
                url=one.entry.url,
                seen_at=one.seen_at,
            ),
        )
        for one in articles
    }


def shelf() -> list[Item]:
    articles = (plain(), korean(), hostile())
    return items(articles, sources(*articles), THEMES)


def about() -> Heading:
    return HEADING
