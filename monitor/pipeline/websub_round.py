"""WebSub: a round that subscribes at hubs, and the callback that hubs call.

Feeds are polled all the same: a hub that never answers, lies or vanishes costs only a request now
and then.
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

EVERY = timedelta(minutes=1)  # between two rounds
AT_ONCE = 20  # requests in one round; the others wait for the next round
PER_HOST = 2  # of these, to one host


class HubPort(Protocol):
    """Requests to hubs."""

    async def subscribe(self, subscription: HubSubscription, callback: str, /) -> None:
        """Raise FetchError."""

    async def unsubscribe(self, unsubscribe: PendingUnsubscribe, /) -> None:
        """Raise FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubContext:
    """What a round works with; `runtime/build.py` puts it together."""

    store: Store
    run_in_store: RunInStore
    hubs: HubPort
    public_url: str


async def run_round(now: datetime, context: WebSubContext) -> None:
    """One round: subscribe at hubs, renew subscriptions, end those of feeds not polled any more."""
    subscriptions, unsubscribes = await context.run_in_store(partial(_due, context, now))
    await asyncio.gather(
        *(_subscribe(subscription, now, context) for subscription in subscriptions),
        *(_unsubscribe(unsubscribe, now, context) for unsubscribe in unsubscribes),
    )


def _due(
    context: WebSubContext, now: datetime
) -> tuple[list[HubSubscription], list[PendingUnsubscribe]]:
    store = context.store
    feeds = store.feeds.list()
    left = [feed.key for feed in feeds if not _is_polled(feed)]
    store.websub.sync(_announced(feeds), now, left=left)
    subscriptions = [
        websub.without_expired_lease(subscription, now)
        for subscription in store.websub.due(
            now, limit=AT_ONCE, address=f"{context.public_url}/websub/"
        )
    ]
    return subscriptions, store.websub.due_unsubscribes(now, limit=AT_ONCE)


def _announced(feeds: Sequence[Feed]) -> dict[str, tuple[str, str]]:
    """Feed key → hub and topic, of the feeds that are polled."""
    return {
        feed.key: (feed.poll.hints.hub, feed.poll.hints.topic)
        for feed in feeds
        if feed.poll.hints.hub and feed.poll.hints.topic and _is_polled(feed)
    }


def _is_polled(feed: Feed) -> bool:
    return not feed.paused and not next_poll.is_ended(feed.poll)


async def _subscribe(subscription: HubSubscription, now: datetime, context: WebSubContext) -> None:
    """Store the request before it is sent: the hub may verify before it answers."""
    callback = f"{context.public_url}/websub/{subscription.token}"
    await context.run_in_store(
        partial(context.store.websub.save, websub.after_request(subscription, callback, now))
    )
    try:
        await context.hubs.subscribe(subscription, callback)
    except FetchError as error:
        log.info("hub.refused", extra={"hub": subscription.hub, "error": str(error)})
        await context.run_in_store(partial(_failed, context, subscription, str(error), now))


async def _unsubscribe(
    unsubscribe: PendingUnsubscribe, now: datetime, context: WebSubContext
) -> None:
    """Store the request before it is sent: the hub may verify, and so end it, before it answers."""
    await context.run_in_store(
        partial(
            context.store.websub.save_unsubscribe,
            websub.after_unsubscribe_request(unsubscribe, now),
        )
    )
    try:
        await context.hubs.unsubscribe(unsubscribe)
    except FetchError as error:
        log.info("hub.not_left", extra={"hub": unsubscribe.hub, "error": str(error)})


def _failed(context: WebSubContext, subscription: HubSubscription, why: str, now: datetime) -> None:
    current = context.store.websub.by_token(subscription.token)
    if current is not None:
        context.store.websub.save(websub.after_failure(current, why, now))


class Callback:
    """Answers the requests of hubs at `/websub/{token}`."""

    def __init__(
        self, store: Store, run_in_store: RunInStore, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._run_in_store = run_in_store
        self._clock = clock

    async def verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        """GET: verify that we asked for this.  Return the status and the text of the answer."""
        return await self._run_in_store(partial(self._verify, token, query))

    def _verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        unsubscribe = self._store.websub.unsubscribe_by_token(token)
        if unsubscribe is not None:
            return self._verify_unsubscribe(unsubscribe, query)
        subscription = self._store.websub.by_token(token)
        answer = (
            websub.answer_verification(subscription, query, self._clock()) if subscription else None
        )
        if answer is None:
            return 404, ""
        self._store.websub.save(answer[0])
        log.info("hub.answered", extra={"hub": answer[0].hub, "state": answer[0].state.value})
        return 200, answer[1]

    def _verify_unsubscribe(
        self, unsubscribe: PendingUnsubscribe, query: Mapping[str, str]
    ) -> tuple[int, str]:
        challenge = websub.unsubscribe_challenge(unsubscribe, query)
        if challenge is None:
            return 404, ""
        self._store.websub.delete_unsubscribe(unsubscribe)
        log.info("hub.left", extra={"hub": unsubscribe.hub, "topic": unsubscribe.topic})
        return 200, challenge

    async def received(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        """POST: a hub notifies of news.  Return the status of the answer.

        `body` was cut at `websub.MOST_BYTES` by the web server.  Its content is dropped: it only
        makes the feed due.  A wrong signature is answered like a right one, so that attackers
        learn nothing from trying.
        """
        return await self._run_in_store(partial(self._received, token, headers, body))

    def _received(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        subscription = self._store.websub.by_token(token)
        if subscription is None or subscription.state is websub.HubSubscriptionState.DENIED:
            return 410
        if websub.is_genuine(subscription, headers.get("x-hub-signature", ""), body):
            self._store.websub.record_notification(subscription, self._clock())
        else:
            log.warning("hub.not_genuine", extra={"hub": subscription.hub})
        return 202
