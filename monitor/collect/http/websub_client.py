"""Ask a hub to tell us of a topic, or no more: one guarded, bounded request."""

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
_SAME_AGAIN = frozenset({307, 308})  # the only ones after which a POST stays one


class HubClient:
    """Asks hubs through a guarded session."""

    def __init__(
        self, session: aiohttp.ClientSession, *, user_agent: str, timeout: timedelta
    ) -> None:
        """`timeout` bounds the whole request, redirects included."""
        self._session = session
        # A hub is asked once in days: no connection is kept that may be dead by then.
        self._headers = {"User-Agent": user_agent, "Connection": "close"}
        self._timeout = timeout.total_seconds()

    async def subscribe(self, lease: HubSubscription, callback: str, /) -> None:
        """Ask for the lease's topic, to be told at `callback`.  Raise FetchError, nothing else."""
        form = {
            "hub.mode": "subscribe",
            "hub.topic": lease.topic,
            "hub.callback": callback,
            "hub.secret": lease.secret,
            "hub.lease_seconds": str(round(websub.LEASE.total_seconds())),
        }
        await self._tell(lease.hub, form)

    async def unsubscribe(self, farewell: PendingUnsubscribe, /) -> None:
        """Ask to be told no more.  Raise FetchError, nothing else."""
        form = {
            "hub.mode": "unsubscribe",
            "hub.topic": farewell.topic,
            "hub.callback": farewell.callback,
        }
        await self._tell(farewell.hub, form)

    async def _tell(self, hub: str, form: dict[str, str]) -> None:
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
                if answer.status not in _SAME_AGAIN:
                    fetch_errors.check_status(answer.status, None)
                    return
                place = answer.headers.get("Location", "").strip()
            if not place:
                break
            url = _next(url, place)
        raise FetchError(FeedReason.REDIRECT, "the hub redirects without end, or nowhere")


def _next(url: str, place: str) -> str:
    try:
        there = egress.check_url(urljoin(url, place))
    except ValueError:
        raise FetchError(FeedReason.REDIRECT, "the hub redirects to what is no address") from None
    if url.startswith("https:") and there.startswith("http:"):
        raise FetchError(FeedReason.REDIRECT, "the hub redirects from https to http")
    return there
