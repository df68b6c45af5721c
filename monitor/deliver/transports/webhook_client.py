"""Tell by an HTTP call: signed, never redirected, and over within its time."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import suppress
from datetime import datetime, timedelta

import aiohttp

from monitor.deliver.messages.webhook_payload import webhook_body
from monitor.deliver.transports import signature as sign
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.net import egress, retry_after
from monitor.text import sanitize

# Of the answer's body, what is read at most, for how long, and how much of it is recorded.  The
# status has settled the matter by then; reading to the end lets the connection be used again.
_ANSWER_BYTES = 64 * 1024
_ANSWER_TIME = timedelta(seconds=3)
_LONGEST_WORDS = 200

# Which failure is what, the special ones first; all others are lost connections.
_REASONS: tuple[tuple[type[Exception], DeliveryReason], ...] = (
    (aiohttp.InvalidURL, DeliveryReason.CONFIG),
    (aiohttp.NonHttpUrlClientError, DeliveryReason.CONFIG),
    (ssl.SSLError, DeliveryReason.TLS),
    (aiohttp.ClientConnectorDNSError, DeliveryReason.DNS),
    (aiohttp.ClientConnectorError, DeliveryReason.CONNECT),
    (aiohttp.ClientResponseError, DeliveryReason.PROTOCOL),
)
# What is said of each; never the library's words, which name the whole address: paths and queries
# of webhooks are often secrets.
_WORDS = {
    DeliveryReason.CONFIG: "its address is not one of http or https: remove it and add it again",
    DeliveryReason.TLS: "no encrypted connection",
    DeliveryReason.DNS: "the name of its host was not found",
    DeliveryReason.CONNECT: "no connection",
    DeliveryReason.PROTOCOL: "the answer is not HTTP",
    DeliveryReason.DROPPED: "the connection ended before an answer: it may have arrived",
}


class WebhookChannel:
    """Posts messages as version 1 of Standard Webhooks asks for."""

    def __init__(
        self, session: aiohttp.ClientSession, *, timeout: timedelta, user_agent: str
    ) -> None:
        """`session` guards where connections go; `timeout` is for one call, answer included."""
        self._session = session
        self._seconds = timeout.total_seconds()
        self._user_agent = user_agent

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Post it once; return the receiver's words.  Raise Unreachable or Refused."""
        body = webhook_body(message)
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": self._user_agent,
            **_signed(message, to, now, body),
        }
        try:
            status, words, asked = await self._post(to.address, body, headers)
        except TimeoutError as error:
            detail = f"no answer within {self._seconds:g} s: it may have arrived"
            raise Unreachable(DeliveryReason.TIMEOUT, detail) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error
        pause = retry_after.read(asked, now)
        failed = webhook_outcome(status, words=words, retry_after=pause)
        if failed is not None:
            raise failed
        return f"{status} {words}".rstrip()

    async def _post(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str, str | None]:
        """Status, first words and Retry-After of the answer."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        async with asyncio.timeout_at(deadline):
            answer = await self._session.post(
                url,
                data=body,
                headers=headers,
                allow_redirects=False,
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
            )
        async with answer:
            words = await _first_words(answer, deadline)
            return answer.status, words, answer.headers.get("Retry-After")


def webhook_outcome(
    status: int, *, words: str = "", retry_after: timedelta | None = None
) -> DeliveryError | None:
    """The error that an HTTP status means; None: accepted.

    `words` is the beginning of the answer, for the record; `retry_after` is its header.
    """
    detail = f"{status} {words}".rstrip()
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:  # else the signed body goes to an address that nobody entered
        return Unreachable(DeliveryReason.REDIRECT, f"{detail}: redirects are not followed")
    if status == 410:
        return Refused(DeliveryReason.GONE, detail, disable=True)
    if status in (429, 503) and retry_after is not None:
        return Unreachable(DeliveryReason.THROTTLED, detail, retry_after=retry_after)
    return Unreachable(DeliveryReason.STATUS, detail, retry_after=retry_after)


def _signed(message: Message, to: Subscription, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers by which the receiver knows us and drops doubles."""
    try:
        signature = sign.signature(sign.in_use(to, now), key=message.key, sent_at=now, body=body)
    except ConfigError as error:
        raise Unreachable(DeliveryReason.CONFIG, str(error)) from error
    return {
        "webhook-id": message.key,
        "webhook-timestamp": str(sign.timestamp(now)),
        "webhook-signature": signature,
    }


async def _first_words(answer: aiohttp.ClientResponse, deadline: float) -> str:
    """The beginning of the answer's body; what drips or breaks is left."""
    until = min(deadline, asyncio.get_running_loop().time() + _ANSWER_TIME.total_seconds())
    octets = b""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout_at(until):
            while len(octets) < _ANSWER_BYTES and not answer.content.at_eof():
                octets += await answer.content.read(_ANSWER_BYTES - len(octets))
    return sanitize.line(octets.decode("utf-8", "replace"), _LONGEST_WORDS)


def _failed(error: Exception) -> Unreachable:
    """What a call without an answer means.

    An address that the guard refuses is tried again like any other: the operator may allow the
    network, or the receiver mend its DNS; until then the alert is listed with the reason.
    """
    refused = egress.refused(error)
    if refused is not None:
        return Unreachable(DeliveryReason.EGRESS, str(refused.strerror))
    reason = next(
        (reason for kind, reason in _REASONS if isinstance(error, kind)), DeliveryReason.DROPPED
    )
    cause = getattr(error, "os_error", None)
    said = f" ({_said(cause)})" if isinstance(cause, OSError) else ""
    return Unreachable(reason, sanitize.line(_WORDS[reason] + said, _LONGEST_WORDS))


def _said(cause: OSError) -> str:
    """The system's own words: asyncio's name an address instead of the cause."""
    if isinstance(cause, ssl.SSLError):
        return str(getattr(cause, "verify_message", "") or cause.reason)
    if cause.errno and cause.errno > 0:
        return os.strerror(cause.errno)
    return cause.strerror or "no address"
