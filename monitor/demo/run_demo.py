"""Run of the demo: poll the sample feeds twice, three days apart, and alert two subscribers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from monitor.actions.collecting.feeds import NewFeed, add_feed
from monitor.actions.subscribing.destinations import parse_destination
from monitor.actions.subscribing.subscriptions import NewSubscription, subscribe
from monitor.demo import loopback_server, sample_feeds
from monitor.demo.loopback_server import DemoServer, ReceivedCall
from monitor.domain.alerts import Attempt, ChannelKind, PollResult
from monitor.domain.articles import Article
from monitor.domain.keys import feed_key
from monitor.domain.stories import Repeat
from monitor.pipeline import deliver, poll
from monitor.runtime import build
from monitor.settings import loader, resources
from monitor.settings.sections import Settings
from monitor.store.store import Store

# The rounds run at the time of the events, so that every date in the output belongs to them.
ROUNDS = (datetime(2025, 6, 18, 18, 0, tzinfo=UTC), datetime(2025, 6, 21, 12, 0, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """All that happened."""

    first: list[PollResult]
    second: list[PollResult]
    attempts: list[Attempt]
    received: list[ReceivedCall]
    mails: list[Path]  # .eml files
    titles: Mapping[str, str]  # feed key → title

    @property
    def flagged(self) -> list[Article]:
        """What the second round flagged, best first."""
        articles = chain.from_iterable(result.articles for result in self.second)
        relevant = [article for article in articles if article.decision.relevant]
        return sorted(relevant, key=lambda article: -article.decision.score)

    @property
    def succeeded(self) -> bool:
        """Whether articles were flagged and every alert arrived, webhooks with a good signature."""
        alerts = sum(result.counts().alerts for result in self.second)
        arrived = len(self.mails) + sum(call.genuine for call in self.received)
        return bool(self.flagged) and alerts == arrived


def run_demo(folder: Path) -> DemoResult:
    """Run the demo with its database and its mails in `folder`.  Raise MonitorError."""
    settings = demo_settings(folder)
    with build.open_store(settings) as store:
        return asyncio.run(_run(settings, store, folder))


def demo_settings(folder: Path) -> Settings:
    """The settings of the demo: everything in one folder, and a console on this machine."""
    return loader.load(
        environment={},
        overrides={
            "web": {"listen": "127.0.0.1:8080", "console": True},
            "database": {"url": f"sqlite:///{(folder / 'demo.db').resolve()}"},
            "egress": {"allow": ["127.0.0.0/8"]},
            "email": {"folder": str(folder.resolve())},
            "poll": {"contact": "the demo"},
        },
    )


async def _run(settings: Settings, store: Store, folder: Path) -> DemoResult:
    samples = sample_feeds.load(resources.path("config", "demo"))
    async with AsyncExitStack() as stack:
        run_in_store = stack.enter_context(closing(build.StoreThread()))
        server = await stack.enter_async_context(loopback_server.serve(samples))
        await run_in_store(partial(_set_up, store, settings, server))
        polling = await stack.enter_async_context(build.poll_context(settings, store, run_in_store))
        delivering = await stack.enter_async_context(
            build.delivery_context(settings, store, run_in_store)
        )
        rounds = []
        for number, now in enumerate(ROUNDS, 1):
            server.round, server.now = number, now
            lease = timedelta(minutes=5)
            claim = partial(store.feeds.claim, now, limit=100, lease=lease, due_only=False)
            results: list[PollResult] = []
            await poll.poll(await run_in_store(claim), now, polling, on_commit=results.extend)
            rounds.append(results)
        attempts: list[Attempt] = []
        while batch := await deliver.deliver(ROUNDS[-1], delivering):
            attempts += batch
        feeds = await run_in_store(store.feeds.list)
        return DemoResult(
            first=rounds[0],
            second=rounds[1],
            attempts=attempts,
            received=server.received,
            mails=await run_in_store(lambda: sorted(folder.glob("*.eml"))),
            titles={feed.key: feed.title for feed in feeds},
        )


def _set_up(store: Store, settings: Settings, server: DemoServer) -> None:
    """Add every sample feed; subscribe a reader by e-mail and a program by webhook."""
    for sample in server.feeds:
        feed = NewFeed(
            key=feed_key(sample.title),  # the port in the address differs from run to run
            url=server.url(sample),
            title=sample.title,
            language=sample.language,
        )
        add_feed(store, feed, ROUNDS[0])
    allow = settings.egress.allow
    reader = NewSubscription(
        name="reader",
        destination=parse_destination(ChannelKind.EMAIL, "reader@example.org", allow),
        themes=frozenset({"labour", "troops"}),
    )
    webhook = parse_destination(ChannelKind.WEBHOOK, server.hook, allow)
    server.secret = webhook.signing_secret
    subscribe(store, reader, ROUNDS[0])
    # every article: which one of a story comes first differs from run to run
    program = NewSubscription(name="program", destination=webhook, repeat=Repeat.EVERY)
    subscribe(store, program, ROUNDS[0])
