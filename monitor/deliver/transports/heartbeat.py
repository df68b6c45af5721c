"""Heartbeat (dead-man's switch): call a monitoring service such as healthchecks.io."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp

from monitor.domain.errors import Unreachable
from monitor.domain.reasons import DeliveryReason
from monitor.net import egress


class HeartbeatCall:
    """Calls one URL through the egress guard; only 2xx counts, and redirects are not followed.

    Whoever knows the URL can report this service as alive, so it is a secret: no error contains it.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, timeout: timedelta, user_agent: str
    ) -> None:
        self._session = session
        self._url = url
        self._seconds = timeout.total_seconds()
        self._user_agent = user_agent

    async def __call__(self) -> None:
        """Raise Unreachable."""
        try:
            async with asyncio.timeout(self._seconds):
                async with self._session.get(
                    self._url,
                    headers={"User-Agent": self._user_agent},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None),
                ) as answer:
                    status = answer.status
        except TimeoutError as error:
            detail = f"no answer within {self._seconds:g} s"
            raise Unreachable(DeliveryReason.TIMEOUT, detail) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refused = egress.refused(error)
            if refused is not None:
                raise Unreachable(DeliveryReason.EGRESS, str(refused.strerror)) from error
            raise Unreachable(DeliveryReason.CONNECT, type(error).__name__) from error
        if not 200 <= status < 300:
            raise Unreachable(DeliveryReason.STATUS, f"it answered {status}")
