"""Poll the sample feeds twice, three days apart, and tell two subscribers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from monitor.deliver.channels import signature
from monitor.demo import sample_feeds, stage
from monitor.domain.alerts import Attempt, ChannelKind, PollResult, Subscription
from monitor.domain.articles import Article
from monitor.domain.feeds import Feed, PollState
from monitor.domain.keys import key_of
from monitor.pipeline import deliver, poll
from monitor.runtime import build
from monitor.settings import loader, resources
from monitor.settings.sections import Settings
from monitor.store.store import Store

# The rounds are played at the time of the events, so that every date in the output is the story's.
ROUNDS = (datetime(2025, 6, 18, 18, 0, tzinfo=UTC), datetime(2025, 6, 21, 12, 0, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """All that happened."""

    first: list[PollResult]
    second: list[PollResult]
    attempts: list[Attempt]
    received: list[stage.Received]
    letters: list[Path]  # .eml files
    titles: Mapping[str, str]  # feed key → title
    urls: Mapping[str, str]

    @property
    def flagged(self) -> list[Article]:
        """What the second round flagged, best first."""
        found = [article for polled in self.second for article in polled.articles]
        relevant = [article for article in found if article.decision.relevant]
        return sorted(relevant, key=lambda article: -article.decision.score)

    @property
    def succeeded(self) -> bool:
        """Something was flagged, and every alert arrived, each webhook with a good signature."""
        alerts = sum(len(polled.alerts) for polled in self.second)
        arrived = len(self.letters) + sum(call.genuine for call in self.received)
        return bool(self.flagged) and alerts == arrived


def play(folder: Path) -> Play:
    """Play it with its database and its letters in `folder`.  Raise MonitorError."""
    chosen = loader.load(
        environment={},
        overrides={
            "database": {"url": f"sqlite:///{(folder / 'demo.db').resolve()}"},
            "egress": {"allow": ["127.0.0.0/8"]},
            "email": {"folder": str(folder.resolve())},
            "poll": {"contact": "the demo"},
        },
    )
    with build.open_store(chosen) as store:
        return asyncio.run(_play(chosen, store, folder))


async def _play(chosen: Settings, store: Store, folder: Path) -> Play:
    samples = sample_feeds.load(resources.path("config", "demo"))
    async with AsyncExitStack() as stack:
        run_in_store = stack.enter_context(closing(build.StoreThread()))
        scene = await stack.enter_async_context(stage.raise_curtain(samples))
        await run_in_store(partial(_set_up, store, scene))
        desk = await stack.enter_async_context(build.poll_context(chosen, store, run_in_store))
        room = await stack.enter_async_context(build.delivery_context(chosen, store, run_in_store))
        rounds = []
        for number, now in enumerate(ROUNDS, 1):
            scene.round, scene.now = number, now
            lease = timedelta(minutes=5)
            claim = partial(store.feeds.claim, now, limit=100, lease=lease, due_only=False)
            rounds.append(await poll.poll(await run_in_store(claim), now, desk))
        attempts: list[Attempt] = []
        while done := await deliver.deliver(ROUNDS[-1], room):
            attempts += done
        known = await run_in_store(store.feeds.list)
        return Play(
            first=rounds[0],
            second=rounds[1],
            attempts=attempts,
            received=scene.received,
            letters=await run_in_store(lambda: sorted(folder.glob("*.eml"))),
            titles={feed.key: feed.title for feed in known},
            urls={feed.key: feed.url for feed in known},
        )


def _set_up(store: Store, scene: stage.DemoReceivers) -> None:
    """Watch every sample feed; subscribe a reader by e-mail and a program by webhook."""
    for sample in scene.feeds:
        store.feeds.add(
            Feed(
                key=key_of("feed", sample.title),
                url=scene.url(sample),
                title=sample.title,
                language=sample.language,
                poll=PollState(due_at=ROUNDS[0]),
            )
        )
    scene.secret = signature.new_secret()
    for name, channel, address, themes in (
        ("reader", ChannelKind.EMAIL, "reader@example.org", {"labour", "troops"}),
        ("program", ChannelKind.WEBHOOK, scene.hook, set[str]()),
    ):
        store.subscriptions.add(
            Subscription(
                key=key_of("subscription", name),
                name=name,
                channel=channel,
                address=address,
                secret=scene.secret if channel is ChannelKind.WEBHOOK else "",
                themes=frozenset(themes),
                created_at=ROUNDS[0],
            )
        )
