"""The full pipeline for a document: fetched, parsed in a worker, judged, stored, loaded again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from monitor.collect.http.fetcher import HttpFetcher
from monitor.collect.workers.pool import ParserPool
from monitor.domain.articles import Article
from monitor.domain.feeds import Feed
from monitor.domain.keys import key_of
from monitor.domain.ports import Classifier
from monitor.net import egress
from monitor.pipeline import poll
from monitor.pipeline.poll_context import Current, PollContext
from monitor.store.store import Store
from tests.contexts import claimed, live_settings
from tests.fakes import FakeClassifier, feed
from tests.web_fixtures import LOOPBACK

T = TypeVar("T")
NOW = datetime(2026, 6, 17, tzinfo=UTC)
AT_ONCE = 20  # concurrent requests


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """The feed and articles in the store after one document was polled."""

    feed: Feed
    articles: list[Article]

    @property
    def end(self) -> str:
        """The outcome in one word: the feed's state, or the reason of a failure.

        A document with only old entries leaves its feed "silent", although it was parsed.
        """
        poll = self.feed.poll
        return (poll.last_error or "").partition(":")[0] if poll.failures else poll.state.value


async def _at_once(call: Callable[[], T], /) -> T:
    return call()


@asynccontextmanager
async def poll_context(
    store: Store,
    *,
    classifier: Classifier | None = None,
    patience: timedelta = timedelta(minutes=2),  # the server needs seconds for some answers
    parser: ParserPool | None = None,
    at_once: int = AT_ONCE,
) -> AsyncIterator[PollContext]:
    """A poll context of real parts, for addresses on loopback."""
    parser = parser or ParserPool(workers=2)
    ask = egress.open_session(allow=LOOPBACK, connections=at_once, per_host=at_once)
    async with ask as session:
        try:
            yield PollContext(
                store=store,
                run_in_store=_at_once,
                fetcher=HttpFetcher(session, user_agent="Test/1", timeout=patience),
                parser=parser,
                live=Current(live_settings(classifier=classifier or FakeClassifier())),
                connections=asyncio.Semaphore(at_once),
                lease=timedelta(hours=1),  # no other process claims them
            )
        finally:
            await parser.close()


async def poll_all(
    urls: Mapping[str, str], store: Store, context: PollContext
) -> dict[str, PollOutcome]:
    """Poll each address once; return what the store has of it, by name."""
    keys = {name: key_of(name) for name in urls}
    store.feeds.add_all(feed(keys[name], url=url) for name, url in urls.items())
    await poll.poll(claimed(store, *keys.values()), NOW, context)
    outcomes = {}
    for name, key in keys.items():
        stored = store.feeds.find(key)
        if stored is not None:
            articles = store.articles.list(feed=key, limit=20_000)
            outcomes[name] = PollOutcome(stored, articles)
    return outcomes


async def poll_documents(urls: Mapping[str, str], folder: Path) -> dict[str, PollOutcome]:
    """Poll each address once, with a store and a context of its own."""
    with Store.open(f"sqlite:///{folder / 'taken.db'}") as store:
        async with poll_context(store) as context:
            return await poll_all(urls, store, context)
