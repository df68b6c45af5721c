"""One round by hand or by cron: poll the feeds that are due, deliver the alerts that are due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from monitor.domain.alerts import Attempt, PollCounts, PollResult
from monitor.runtime import build

if TYPE_CHECKING:
    from monitor.domain.feeds import Feed
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """Which feeds to poll."""

    feed_keys: tuple[str, ...] | None = None  # None: every feed that is due
    due_only: bool = True  # False: of the above, those that are not due, too
    alert_backlog: bool = False  # alert for what a first poll finds, too


async def poll_feeds(
    store: Store,
    request: PollRequest,
    settings: Settings,
    now: datetime,
    on_commit: Callable[[Sequence[PollResult]], None] = lambda results: None,
) -> list[PollCounts]:
    """Poll the requested feeds once, a few hundred at a time; call `on_commit` with each group.

    Raise ConfigError, PackError, StoreError.
    """
    from monitor.pipeline import poll
    from monitor.pipeline.poll_context import running_clock

    build.correct_times(store, settings, now)
    keys = request.feed_keys if request.feed_keys is not None else _keys(store, request, now)
    size, clock = build.FEEDS_AT_ONCE, running_clock(now)
    polled: list[PollCounts] = []
    with closing(build.StoreThread()) as run_in_store:
        async with build.poll_context(settings, store, run_in_store) as context:
            for start in range(0, len(keys), size):
                at = clock() if start else now  # a lease begins when its feeds are claimed
                claim = partial(
                    store.feeds.claim,
                    at,
                    limit=size,
                    lease=settings.poll.lease,
                    only=keys[start : start + size],
                    due_only=request.due_only,
                )
                claimed = await run_in_store(claim)
                polled += await poll.poll(
                    claimed,
                    at,
                    context,
                    alert_backlog=request.alert_backlog,
                    on_commit=on_commit,
                )
    store.refresh_statistics()
    return polled


def unpolled_notes(store: Store, request: PollRequest, polled: Sequence[PollCounts]) -> list[str]:
    """Why feeds that were asked for by name were not polled, a sentence for each."""
    polled_keys = {counts.feed_key for counts in polled}
    feeds = [store.feeds.find(key) for key in request.feed_keys or () if key not in polled_keys]
    return [f"{feed.url}: {_why_unpolled(feed)}" for feed in feeds if feed is not None]


def _why_unpolled(feed: Feed) -> str:
    if feed.paused:
        return "not polled: it is paused; `monitor feeds resume` ends that"
    return (
        "not polled: another process polls it, or another feed of its host, at this moment; try"
        " again when that is done"
    )


def _keys(store: Store, request: PollRequest, now: datetime) -> tuple[str, ...]:
    """The feeds that are due, or every feed."""
    return tuple(store.feeds.keys(due_at=now if request.due_only else None))


async def deliver_alerts(store: Store, settings: Settings, now: datetime) -> list[Attempt]:
    """Send every alert that is due, once; return the attempts.  Raise ConfigError, StoreError."""
    from monitor.pipeline import deliver

    build.correct_times(store, settings, now)
    attempts: list[Attempt] = []
    with closing(build.StoreThread()) as run_in_store:
        async with build.delivery_context(settings, store, run_in_store) as context:
            while True:
                delivered = await deliver.deliver(now, context)
                if not delivered:
                    return attempts
                attempts += delivered
