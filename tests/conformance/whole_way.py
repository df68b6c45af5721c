"""The whole way of a document: asked for, read in a child process, judged, stored, read back."""

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
AT_ONCE = 20  # feeds asked side by side


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of one document after its poll."""

    feed: Feed
    articles: list[Article]

    @property
    def end(self) -> str:
        """How it ended, in one word: the state of what was read, the reason of what was not.

        A document of long ago leaves its feed "silent": it was read for all that.
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
    """A context of real parts, for addresses on loopback."""
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
                lease=timedelta(hours=1),  # nobody else is here to take them
            )
        finally:
            await parser.close()


async def polled(urls: Mapping[str, str], store: Store, context: PollContext) -> dict[str, Kept]:
    """Poll each address once; what is kept of it, by name."""
    feeds = {name: feed(key_of(name), url=url) for name, url in urls.items()}
    store.feeds.add_all(feeds.values())
    await poll.poll(claimed(store, *(one.key for one in feeds.values())), NOW, context)
    found = {name: store.feeds.find(one.key) for name, one in feeds.items()}
    return {
        name: Kept(one, store.articles.list(feed=one.key, limit=20_000))
        for name, one in found.items()
        if one is not None
    }


async def taken(urls: Mapping[str, str], folder: Path) -> dict[str, Kept]:
    """The same with a store and a context of its own."""
    with Store.open(f"sqlite:///{folder / 'taken.db'}") as store:
        async with poll_context(store) as context:
            return await polled(urls, store, context)
