"""Webhook calls: signed, without redirects, bounded in time."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from multidict import CIMultiDict

from monitor.deliver.messages.webhook_payload import webhook_body
from monitor.deliver.transports import signature as sign
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.net import egress, retry_after
from monitor.net.deadline import within
from monitor.text import sanitize

# Limits for reading the answer's body, and for what is recorded of it.  The status has decided the
# outcome by then; a body read to its end lets the connection be used again.
_ANSWER_BYTES = 64 * 1024
_ANSWER_TIME = timedelta(seconds=3)
_LONGEST_WORDS = 200

# The reason of each failure, special classes first; all others are lost connections.
_REASONS: tuple[tuple[type[Exception], DeliveryReason], ...] = (
    (aiohttp.InvalidURL, DeliveryReason.CONFIG),
    (aiohttp.NonHttpUrlClientError, DeliveryReason.CONFIG),
    (ssl.SSLError, DeliveryReason.TLS),
    (aiohttp.ClientConnectorDNSError, DeliveryReason.DNS),
    (aiohttp.ClientConnectorError, DeliveryReason.CONNECT),
    (aiohttp.ClientResponseError, DeliveryReason.PROTOCOL),
)
# The text for each reason.  The library's own texts contain the whole URL, whose path and query are
# often secrets.
_WORDS = {
    DeliveryReason.CONFIG: "its address is no http or https URL: add the subscription again",
    DeliveryReason.TLS: "no encrypted connection",
    DeliveryReason.DNS: "the name of its host was not found",
    DeliveryReason.CONNECT: "no connection",
    DeliveryReason.PROTOCOL: "the answer is not HTTP",
    DeliveryReason.DROPPED: "the connection ended before an answer: it may have arrived",
}


class WebhookChannel:
    """Posts messages as version 1 of Standard Webhooks specifies."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        timeout: timedelta,
        user_agent: str,
        longest_answer: int = _LONGEST_WORDS,
    ) -> None:
        """`session` connects through the egress guard; `timeout` is for a call and its answer.

        `longest_answer` limits what is kept of the answer's text, in characters.
        """
        self._session = session
        self._seconds = timeout.total_seconds()
        self._user_agent = user_agent
        self._longest_answer = longest_answer

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Post the message once; return the answer.  Raise Unreachable or Refused."""
        body = webhook_body(message)
        headers = webhook_headers(message, to, now, body, user_agent=self._user_agent)
        try:
            status, words, wait_header = await self._post(to.address, body, headers)
        except TimeoutError as error:
            detail = f"no answer within {self._seconds:g} s: it may have arrived"
            raise Unreachable(DeliveryReason.TIMEOUT, detail) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error
        pause = retry_after.read(wait_header, now)
        failed = webhook_outcome(status, words=words, retry_after=pause)
        if failed is not None:
            raise failed
        return f"{status} {words}".rstrip()

    async def _answer(self, url: str, **request: Any) -> aiohttp.ClientResponse:
        return await self._session.post(
            url, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=None), **request
        )

    async def _post(
        self, url: str, body: bytes, headers: CIMultiDict[str]
    ) -> tuple[int, str, str | None]:
        """Status, beginning and Retry-After header of the answer."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        answer = await within(
            self._seconds, self._answer(url, data=body, headers=headers, auto_decompress=False)
        )
        async with answer:
            words = await _first_words(answer, deadline, self._longest_answer)
            return answer.status, words, answer.headers.get("Retry-After")


def webhook_headers(
    message: Message, to: Subscription, now: datetime, body: bytes, *, user_agent: str
) -> CIMultiDict[str]:
    """The headers of a call that is sent now: those of the subscription, then ours.

    Raise Unreachable for a secret that can't sign.
    """
    headers = CIMultiDict({"User-Agent": user_agent})
    headers.update(to.headers)
    headers.update(
        {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            **_signed(message, to, now, body),
        }
    )
    return headers


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
    """The headers with which the receiver checks the sender and drops repeats."""
    try:
        signature = sign.signature(sign.in_use(to, now), key=message.key, sent_at=now, body=body)
    except ConfigError as error:
        raise Unreachable(DeliveryReason.CONFIG, str(error)) from error
    return {
        "webhook-id": message.key,
        "webhook-timestamp": str(sign.timestamp(now)),
        "webhook-signature": signature,
    }


async def _first_words(answer: aiohttp.ClientResponse, deadline: float, longest: int) -> str:
    """The beginning of the answer's body, as far as it arrives in time."""
    until = min(deadline, asyncio.get_running_loop().time() + _ANSWER_TIME.total_seconds())
    octets = b""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout_at(until):
            while len(octets) < _ANSWER_BYTES and not answer.content.at_eof():
                octets += await answer.content.read(_ANSWER_BYTES - len(octets))
    return sanitize.line(octets.decode("utf-8", "replace"), longest)


def _failed(error: Exception) -> Unreachable:
    """The error of a call without an answer.

    An address that the guard refuses is retried like any other: the operator may allow the network
    or the receiver may fix its DNS.  Until then the alert is listed with the reason.
    """
    refused = egress.refused(error)
    if refused is not None:
        return Unreachable(DeliveryReason.EGRESS, str(refused.strerror))
    reason = next(
        (reason for kind, reason in _REASONS if isinstance(error, kind)), DeliveryReason.DROPPED
    )
    cause = getattr(error, "os_error", None)
    detail = f" ({_cause(cause)})" if isinstance(cause, OSError) else ""
    return Unreachable(reason, sanitize.line(_WORDS[reason] + detail, _LONGEST_WORDS))


def _cause(cause: OSError) -> str:
    """The text of the system: that of asyncio names the address instead of the cause."""
    if isinstance(cause, ssl.SSLError):
        return str(getattr(cause, "verify_message", "") or cause.reason)
    if cause.errno and cause.errno > 0:
        return os.strerror(cause.errno)
    return cause.strerror or "no address"
