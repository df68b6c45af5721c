"""Hubs at work: a round that asks them, and the callback at which they tell us (WebSub).

Polling stays the ground: a hub that never answers, lies or vanishes costs nothing but a request
now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from monitor.domain.errors import FetchError
from monitor.domain.feeds import Feed
from monitor.domain.ports import RunInStore
from monitor.polling import next_poll, websub
from monitor.polling.websub import HubSubscription, PendingUnsubscribe
from monitor.store.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)  # a round
AT_ONCE = 20  # hubs asked in one round; the others wait for the next
PER_HOST = 2  # of them at one host


class HubPort(Protocol):
    """The way to a hub."""

    async def subscribe(self, lease: HubSubscription, callback: str, /) -> None:
        """Raise FetchError."""

    async def unsubscribe(self, farewell: PendingUnsubscribe, /) -> None:
        """Raise FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubContext:
    """What a round works with; `app` puts it together."""

    store: Store
    run_in_store: RunInStore
    hubs: HubPort
    public_url: str


async def attend(now: datetime, context: WebSubContext) -> None:
    """One round: ask for what feeds announce, renew what runs out, leave what nobody watches."""
    leases, farewells = await context.run_in_store(partial(_due, context, now))
    await asyncio.gather(
        *(_ask(lease, now, context) for lease in leases),
        *(_part(one, now, context) for one in farewells),
    )


def _due(
    context: WebSubContext, now: datetime
) -> tuple[list[HubSubscription], list[PendingUnsubscribe]]:
    store = context.store
    feeds = store.feeds.list()
    left = [feed.key for feed in feeds if not _is_asked(feed)]
    store.websub.sync(_announced(feeds), now, left=left)
    leases = [
        websub.without_expired_lease(lease, now)
        for lease in store.websub.due(now, limit=AT_ONCE, address=f"{context.public_url}/websub/")
    ]
    return leases, store.websub.due_unsubscribes(now, limit=AT_ONCE)


def _announced(feeds: Sequence[Feed]) -> dict[str, tuple[str, str]]:
    """Feed key → hub and topic, of the feeds that we ask."""
    return {
        feed.key: (feed.poll.hints.hub, feed.poll.hints.topic)
        for feed in feeds
        if feed.poll.hints.hub and feed.poll.hints.topic and _is_asked(feed)
    }


def _is_asked(feed: Feed) -> bool:
    return not feed.paused and not next_poll.is_ended(feed.poll)


async def _ask(lease: HubSubscription, now: datetime, context: WebSubContext) -> None:
    """Stored before the hub is asked: it may verify before it answers."""
    callback = f"{context.public_url}/websub/{lease.token}"
    await context.run_in_store(
        partial(context.store.websub.save, websub.after_request(lease, callback, now))
    )
    try:
        await context.hubs.subscribe(lease, callback)
    except FetchError as error:
        log.info("hub.refused", extra={"hub": lease.hub, "error": str(error)})
        await context.run_in_store(partial(_failed, context, lease, str(error), now))


async def _part(farewell: PendingUnsubscribe, now: datetime, context: WebSubContext) -> None:
    """Stored before the hub is told: it may verify before it answers, and then all is said."""
    await context.run_in_store(
        partial(
            context.store.websub.save_unsubscribe, websub.after_unsubscribe_request(farewell, now)
        )
    )
    try:
        await context.hubs.unsubscribe(farewell)
    except FetchError as error:
        log.info("hub.not_left", extra={"hub": farewell.hub, "error": str(error)})


def _failed(context: WebSubContext, lease: HubSubscription, why: str, now: datetime) -> None:
    current = context.store.websub.by_token(lease.token)
    if current is not None:
        context.store.websub.save(websub.after_failure(current, why, now))


class Callback:
    """What a web server does with the calls of hubs, at `/websub/{token}`."""

    def __init__(
        self, store: Store, run_in_store: RunInStore, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._in_store = run_in_store
        self._clock = clock

    async def verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        """GET: did we ask for this?  The status, and the text of the answer."""
        return await self._in_store(partial(self._verify, token, query))

    def _verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        if (farewell := self._store.websub.unsubscribe_by_token(token)) is not None:
            return self._parted(farewell, query)
        lease = self._store.websub.by_token(token)
        answer = websub.answer_verification(lease, query, self._clock()) if lease else None
        if answer is None:
            return 404, ""
        self._store.websub.save(answer[0])
        log.info("hub.answered", extra={"hub": answer[0].hub, "state": answer[0].state.value})
        return 200, answer[1]

    def _parted(self, farewell: PendingUnsubscribe, query: Mapping[str, str]) -> tuple[int, str]:
        challenge = websub.unsubscribe_challenge(farewell, query)
        if challenge is None:
            return 404, ""
        self._store.websub.delete_unsubscribe(farewell)
        log.info("hub.left", extra={"hub": farewell.hub, "topic": farewell.topic})
        return 200, challenge

    async def received(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        """POST: there is news, says the hub; the status of the answer.

        `body` is cut at `websub.MOST_BYTES` by whoever reads it.  The content itself is thrown
        away: it only makes the feed due.  A wrong signature is answered like a right one, so that
        nobody learns from trying.
        """
        return await self._in_store(partial(self._received, token, headers, body))

    def _received(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        lease = self._store.websub.by_token(token)
        if lease is None or lease.state is websub.HubSubscriptionState.DENIED:
            return 410
        if websub.is_genuine(lease, headers.get("x-hub-signature", ""), body):
            self._store.websub.record_notification(lease, self._clock())
        else:
            log.warning("hub.not_genuine", extra={"hub": lease.hub})
        return 202
