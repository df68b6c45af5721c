"""Tests of downloads: whole, page by page, and resumed."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import feedparser
import pytest

from monitor.actions.reading.searches import SearchRequest, SearchResult, search_articles
from monitor.domain.alerts import PollResult
from monitor.publish import atom_feed
from monitor.store.store import Store
from monitor.web.api.resources import article_downloads
from tests.fakes import NOW, article, entry, feed
from tests.web.api.conftest import KEYS, Program
from tests.web.conftest import Visitor

MANY = 2 * article_downloads._PAGE + 3


@pytest.fixture
def site_with_many(visitor: Visitor) -> Visitor:
    """More articles than two pages of a download."""
    source = feed("f" * 64, title="Harbour Wire")
    visitor.store.feeds.add_all([source])
    stored = tuple(
        article(
            f"{number:064x}",
            feed_key=source.key,
            entry=entry(f"Sappers {number}"),
            seen_at=NOW + timedelta(seconds=number),
        )
        for number in range(MANY)
    )
    visitor.store.commit([PollResult(feed_key=source.key, state=source.poll, articles=stored)])
    return visitor


async def test_every_article_is_in_the_download_once(
    site_with_many: Visitor, analyst: Program
) -> None:
    lines = (await analyst.get("/articles.jsonl")).text.splitlines()
    keys = [json.loads(line)["key"] for line in lines]
    assert keys == [f"{number:064x}" for number in reversed(range(MANY))]
    rows = list(csv.DictReader(io.StringIO((await analyst.get("/articles.csv")).text)))
    assert [row["key"] for row in rows] == keys
    items = (await analyst.get("/articles.json")).json()["items"]
    assert [item["key"] for item in items] == keys


async def test_a_download_that_broke_goes_on_after_its_last_article(
    site_with_many: Visitor, analyst: Program
) -> None:
    whole = (await analyst.get("/articles.csv")).text.splitlines()
    last = whole[100].partition(",")[0]
    rest = await analyst.get("/articles.csv", params={"resume": last})
    assert rest.text.splitlines() == whole[101:]
    gone = await analyst.get("/articles.csv", params={"resume": "e" * 64})
    assert gone.status == 400


async def test_a_download_that_has_begun_has_more_time_for_each_page(
    site_with_many: Visitor, analyst: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_busy(store: Store, request: SearchRequest, now: datetime) -> SearchResult:
        page = search_articles(store, request, now)
        store.search.time_limit = timedelta(seconds=-1)
        return page

    monkeypatch.setattr(article_downloads, "search_articles", then_busy)
    assert len((await analyst.get("/articles.jsonl")).text.splitlines()) == MANY


async def test_a_question_narrows_the_download(articles: Visitor, analyst: Program) -> None:
    lines = (await analyst.get("/articles.jsonl", params={"q": "lang:ko"})).text.splitlines()
    assert [json.loads(line)["key"] for line in lines] == [KEYS["bbbb"]]
    nothing = await analyst.get("/articles.json", params={"q": "zebra"})
    assert nothing.json() == {"items": []}
    wrong = await analyst.get("/articles.jsonl", params={"q": "(a"})
    assert wrong.status == 400


async def test_viewers_read_feeds_and_export_nothing(articles: Visitor, reader: Program) -> None:
    assert (await reader.get("/articles.csv")).status == 403
    atom = await reader.get("/articles.atom", params={"q": "is:flagged"})
    titles = [item.title for item in feedparser.parse(atom.body).entries]
    assert titles == ["러시아로", "Sappers leave"]


async def test_the_pages_of_a_feed_lead_to_every_article(
    articles: Visitor, reader: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atom_feed, "PAGE", 1)
    first = feedparser.parse((await reader.get("/articles.atom", params={"q": "is:flagged"})).body)
    (address,) = (link.href for link in first.feed.links if link.rel == "next")
    question = dict(parse_qsl(urlsplit(address).query))
    second = feedparser.parse((await reader.get("/articles.atom", params=question)).body)
    assert [first.entries[0].title, second.entries[0].title] == ["러시아로", "Sappers leave"]
    assert not [link for link in second.feed.links if link.rel == "next"]


async def test_head_of_a_download_reads_no_articles(
    site_with_many: Visitor, analyst: Program
) -> None:
    head = await analyst.ask("HEAD", "/articles.csv")
    assert head.status == 200
    assert head.body == b""
    assert "articles.csv" in head.headers["content-disposition"]
