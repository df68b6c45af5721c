"""What publishers do to names, words and dates, over real HTTP: nothing is lost or told twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from html import escape
from typing import TypeVar

import pytest

from monitor.collect.http.fetcher import HttpFetcher
from monitor.collect.workers.pool import ParserPool
from monitor.domain.alerts import Alert, Claim
from monitor.domain.articles import Article
from monitor.domain.feeds import Feed, PollState
from monitor.net import egress
from monitor.pipeline.poll_context import Current, PollContext
from monitor.store.store import Store
from tests.contexts import claimed, live_settings, poll_results
from tests.fakes import NOW, subscription
from tests.service.publisher import Publisher
from tests.web_fixtures import LOOPBACK

T = TypeVar("T")
BODY = "Sappers of the army left for Kursk today to clear what the fighting had left behind there."


async def at_once(call: Callable[[], T], /) -> T:
    return call()


def item(title: str, guid: str = "", link: str = "", date: str = "", text: str = "") -> str:
    fields = {"title": title, "guid": guid, "link": link, "pubDate": date, "description": text}
    parts = (f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
    return f"<item>{''.join(parts)}</item>".replace("<guid>", "<guid isPermaLink='false'>")


def document(*items: str, title: str = "Wire") -> bytes:
    head = f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>"
    return f"{head}{''.join(items)}</channel></rss>".encode()


OLD = item("Nothing happened in Kursk", "old", "https://wire.example/old-1")


class Watch:
    """A service that reads real documents with real parts, an hour apart."""

    def __init__(self, store: Store, context: PollContext, publisher: Publisher) -> None:
        self.store, self.context, self.publisher = store, context, publisher
        self.now = NOW
        store.subscriptions.add(subscription())

    async def read(self, *items: str, feed: str = "f") -> list[Article]:
        """Publish a document, poll it; what was new."""
        url = self.publisher.publish(f"/{feed}", document(*items, title=f"Outlet {feed}"))
        self.store.feeds.add(Feed(key=feed, url=url, poll=PollState(due_at=NOW)))
        self.now += timedelta(hours=1)
        (done,) = await poll_results(claimed(self.store, feed, at=self.now), self.now, self.context)
        assert done.state.failures == 0
        return list(done.articles)

    @property
    def alerts(self) -> list[Alert]:
        return self.store.outbox.list(limit=100)

    def claims(self) -> list[Claim]:
        lease = timedelta(minutes=1)
        return self.store.outbox.claim(self.now, limit=100, per_subscription=100, lease=lease)


@asynccontextmanager
async def watching(url: str) -> AsyncIterator[Watch]:
    parser = ParserPool(workers=1)
    try:
        async with egress.open_session(allow=LOOPBACK, connections=9, per_host=9) as session:
            with Store.open(url) as store, Publisher() as publisher:
                context = PollContext(
                    store=store,
                    run_in_store=at_once,
                    fetcher=HttpFetcher(session, user_agent="T/1", timeout=timedelta(seconds=60)),
                    parser=parser,
                    live=Current(live_settings()),
                    connections=asyncio.Semaphore(9),
                )
                yield Watch(store, context, publisher)
    finally:
        await parser.close()


@pytest.fixture
async def watch(sqlite_url: str) -> AsyncIterator[Watch]:
    async with watching(sqlite_url) as opened:
        await opened.read(OLD)
        yield opened


async def test_one_guid_for_ten_stories_hides_none_of_them(watch: Watch) -> None:
    stories = [
        item(f"Kursk story number {n}", "same", f"https://wire.example/{n}") for n in range(12)
    ]
    assert len(await watch.read(*stories[:10])) == 10
    assert len(await watch.read(*stories[:11])) == 1
    assert len(await watch.read(stories[11])) == 1
    assert len(watch.alerts) == 12


async def test_one_guid_for_one_story_after_another_hides_none(watch: Watch) -> None:
    for title in ("Kursk bridge destroyed", "Sappers arrive in Kursk", "Governor visits Kursk"):
        assert len(await watch.read(item(title, "latest"))) == 1
    assert len(watch.alerts) == 3


async def test_new_guids_for_all_entries_make_none_new(watch: Watch) -> None:
    def storm(round_: int) -> list[str]:
        return [
            item(f"Kursk story {n}", f"{round_}-{n}", f"https://wire.example/{n}")
            for n in range(20)
        ]

    assert len(await watch.read(*storm(0))) == 20
    for round_ in range(1, 21):
        assert await watch.read(*storm(round_)) == []
    assert len(watch.alerts) == 20


async def test_another_scheme_or_tracking_parameter_makes_no_entry_new(watch: Watch) -> None:
    def flipped(round_: int) -> list[str]:
        scheme = "https" if round_ % 2 else "http"
        pages = [f"{scheme}://wire.example/{n}" for n in range(10)]
        return [
            item(f"Kursk story {n}", page, f"{page}?utm_source=rss{round_}&fbclid={round_}")
            for n, page in enumerate(pages)
        ]

    assert len(await watch.read(*flipped(0))) == 10
    for round_ in range(1, 21):
        assert await watch.read(*flipped(round_)) == []
    assert len(watch.alerts) == 10


async def test_a_headline_edited_twenty_times_alerts_once(watch: Watch) -> None:
    page = ("edited", "https://wire.example/edited")
    (first,) = await watch.read(item("Headline v0 from Kursk", *page, text="text v0"))
    for version in range(1, 21):
        edit = item(f"Headline v{version} from Kursk", *page, text=f"text v{version}")
        assert await watch.read(edit) == []
    (alert,) = watch.alerts
    newest = watch.store.articles.find(first.key)
    assert (alert.article_keys, newest.edits) == ((first.key,), 20)
    assert newest.entry.title == "Headline v20 from Kursk"
    (claimed,) = watch.claims()
    assert claimed.articles[0].entry.title == "Headline v0 from Kursk"


async def test_an_edit_that_makes_an_article_relevant_alerts_once(watch: Watch) -> None:
    page = ("flash", "https://wire.example/flash")
    await watch.read(item("Explosion heard", *page))
    assert watch.alerts == []
    for text in ("It was in Kursk.", "It was near Kursk.", "It was in the centre of Kursk."):
        assert await watch.read(item("Explosion heard", *page, text=text)) == []
        assert len(watch.alerts) == 1


async def test_a_long_first_document_is_stored_without_alerts(watch: Watch) -> None:
    stories = [item(f"Kursk story {n}", str(n), f"https://long.example/{n}") for n in range(2_000)]
    articles = await watch.read(*stories, feed="long")
    assert len(articles) == 2_000
    assert all(article.backlog for article in articles)
    assert watch.alerts == []


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 1601 00:00:00 GMT", "yesterday", "",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 99 Foo 2024", "0000-00-00T00:00:00Z", "9" * 5_000,
    ],
    ids=lambda date: date[:20] or "none",
)  # fmt: skip
async def test_a_new_story_alerts_once_whatever_its_date(watch: Watch, date: str) -> None:
    story = item("Sappers arrive in Kursk", "dated", "https://wire.example/dated-1", date)
    (article,) = await watch.read(OLD, story)
    assert await watch.read(story, OLD) == []
    assert len(watch.alerts) == 1
    assert article.entry.published_at is None or article.entry.published_at <= article.seen_at


async def test_a_story_without_guid_address_and_date_alerts_once(watch: Watch) -> None:
    first, second = item("Sappers arrive", text=BODY), item("Sappers in Kursk have arrived")
    assert len(await watch.read(first)) == 1
    assert len(await watch.read(first, second)) == 1
    assert await watch.read(second, first, OLD) == []
    assert len(watch.alerts) == 2


async def test_a_wire_report_in_three_outlets_is_one_message_with_all_three(watch: Watch) -> None:
    for outlet in "gh":
        await watch.read(OLD.replace("wire.", f"{outlet}."), feed=outlet)
    texts = {"f": BODY, "g": f"KURSK, June 17 (Agency) -- {BODY}", "h": BODY[:84] + "…"}
    headline = "Sappers leave for Kursk"
    headlines = {"f": headline, "g": "Army sappers clear Kursk", "h": headline}
    for outlet, text in texts.items():
        story = item(headlines[outlet], outlet, f"https://{outlet}.example/2025/1", text=text)
        assert len(await watch.read(story, feed=outlet)) == 1
    (claimed,) = watch.claims()
    (article,) = claimed.articles
    named = [source.feed_title for source in claimed.sources[article.key]]
    assert named == ["Outlet f", "Outlet g", "Outlet h"]
