"""WebSub client: subscribe and unsubscribe requests to hubs, checked and bounded."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from monitor.collect.http import fetch_errors
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from monitor.polling import websub
from monitor.polling.websub import HubSubscription, PendingUnsubscribe

MAX_REDIRECTS = 3
_KEEP_METHOD = frozenset({307, 308})  # the only redirects that repeat the POST


class HubClient:
    """Sends requests to hubs through a session that enforces the egress rules."""

    def __init__(
        self, session: aiohttp.ClientSession, *, user_agent: str, timeout: timedelta
    ) -> None:
        """`timeout` covers the whole request, redirects included."""
        self._session = session
        # Requests to a hub are days apart: a kept connection would be dead by then.
        self._headers = {"User-Agent": user_agent, "Connection": "close"}
        self._timeout = timeout.total_seconds()

    async def subscribe(self, subscription: HubSubscription, callback: str, /) -> None:
        """Subscribe `callback` to the topic.  Raise FetchError for every failure."""
        form = {
            "hub.mode": "subscribe",
            "hub.topic": subscription.topic,
            "hub.callback": callback,
            "hub.secret": subscription.secret,
            "hub.lease_seconds": str(round(websub.REQUESTED_LEASE.total_seconds())),
        }
        await self._send(subscription.hub, form)

    async def unsubscribe(self, pending: PendingUnsubscribe, /) -> None:
        """Cancel a subscription.  Raise FetchError for every failure."""
        form = {
            "hub.mode": "unsubscribe",
            "hub.topic": pending.topic,
            "hub.callback": pending.callback,
        }
        await self._send(pending.hub, form)

    async def _send(self, hub: str, form: dict[str, str]) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                await self._post(egress.check_url(hub), form)
        except TimeoutError:
            raise FetchError(
                FeedReason.TIMEOUT, f"the hub did not answer within {self._timeout:g} s"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            raise fetch_errors.fetch_error_from(error) from error

    async def _post(self, url: str, form: dict[str, str]) -> None:
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.post(
                URL(url, encoded=True), data=form, headers=self._headers, allow_redirects=False
            ) as answer:
                if answer.status not in _KEEP_METHOD:
                    fetch_errors.check_status(answer.status, None)
                    return
                location = answer.headers.get("Location", "").strip()
            if not location:
                break
            url = _redirect_target(url, location)
        raise FetchError(
            FeedReason.REDIRECT, "the hub redirects too often, or without a target address"
        )


def _redirect_target(url: str, location: str) -> str:
    try:
        target = egress.check_url(urljoin(url, location))
    except ValueError:
        raise FetchError(FeedReason.REDIRECT, "the hub redirects to an invalid address") from None
    if url.startswith("https:") and target.startswith("http:"):
        raise FetchError(FeedReason.REDIRECT, "the hub redirects from https to http")
    return target
