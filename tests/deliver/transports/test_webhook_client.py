"""A webhook call is signed and bounded in time; each answer has one meaning."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from standardwebhooks import Webhook

from monitor.deliver.messages import webhook_payload
from monitor.deliver.transports.webhook_client import webhook_outcome
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.net import egress
from tests.deliver.receivers import (
    CLOSE,
    DRIP,
    ENDLESS,
    HANG,
    RESET,
    receiving,
    reply,
)
from tests.deliver.webhook_calls import SECRET, channel, failure
from tests.web_fixtures import Names

R = DeliveryReason


@pytest.fixture
def to(subscription: Callable[..., Subscription]) -> Callable[[str], Subscription]:
    """A webhook subscription at this address."""
    return lambda url: subscription(channel=ChannelKind.WEBHOOK, address=url, signing_secret=SECRET)


# ── the request ──────────────────────────────────────────────────────────────────────────────────


async def test_the_call_follows_standard_webhooks(
    session: aiohttp.ClientSession, message: Callable[..., Message], to: Callable[..., Subscription]
) -> None:
    now = datetime.now(UTC)
    async with receiving(reply("204 No Content")) as receiver:
        await channel(session).send(message(), to(receiver.url), now)
    ((line, headers, sent),) = receiver.requests
    assert line == "POST /hook/s3cret?t=s3cret HTTP/1.1"
    assert headers["webhook-id"] == "e" * 32
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "Watchpost/test"
    assert sent == webhook_payload.webhook_body(message())
    assert Webhook(SECRET).verify(sent, headers) == json.loads(sent)


async def test_a_webhook_has_headers_of_its_own_that_replace_none_of_the_signature(
    session: aiohttp.ClientSession, message: Callable[..., Message], to: Callable[..., Subscription]
) -> None:
    now = datetime.now(UTC)
    own = (("Authorization", "Bearer t"), ("user-agent", "Desk"), ("Webhook-Id", "forged"))
    async with receiving(reply("204 No Content")) as receiver:
        await channel(session).send(message(), replace(to(receiver.url), headers=own), now)
    ((_, headers, sent),) = receiver.requests
    received = {name.lower(): value for name, value in headers.items()}
    assert (received["authorization"], received["user-agent"]) == ("Bearer t", "Desk")
    assert received["webhook-id"] == "e" * 32
    Webhook(SECRET).verify(sent, received)


async def test_every_attempt_has_the_same_id_and_body_and_a_time_of_its_own(
    session: aiohttp.ClientSession, message: Callable[..., Message], to: Callable[..., Subscription]
) -> None:
    first = datetime.now(UTC)
    async with receiving(reply("500 Oops")) as receiver:
        for attempt in range(2):
            now = first + timedelta(seconds=5 * attempt)
            await failure(channel(session), message(), to(receiver.url), now)
    (_, before, sent), (_, after, again) = receiver.requests
    assert sent == again
    assert before["webhook-id"] == after["webhook-id"]
    assert before["webhook-timestamp"] != after["webhook-timestamp"]
    assert before["webhook-signature"] != after["webhook-signature"]
    Webhook(SECRET).verify(again, after)


@pytest.mark.parametrize("secret", ["", "whsec_short"])
async def test_nothing_is_sent_unsigned(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
    secret: str,
) -> None:
    async with receiving(reply("200 OK")) as receiver:
        unsigned = subscription(address=receiver.url, signing_secret=secret)
        failed = await failure(channel(session), message(), unsigned, now)
        assert failed.reason is R.CONFIG
        assert receiver.requests == []


# ── the answer ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (reply("200 OK", text="thanks\r\nBcc: x"), "200 thanks Bcc: x"),
        (reply("204 No Content"), "204"),
        (reply("202 Accepted", text="\xff" * 500), "202 " + "ÿ" * 199 + "…"),
        (DRIP, "200 x"),
        (ENDLESS, "200 xxx"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut", "200 cut"),
        (reply("200 OK", "Content-Encoding: gzip", text="no gzip"), "200 no gzip"),
    ],
)
async def test_2xx_is_success_whatever_becomes_of_its_body(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
    policy: bytes | str,
    words: str,
) -> None:
    started = time.monotonic()
    async with receiving(policy) as receiver:
        answer = await channel(session).send(message(), to(receiver.url), now)
    assert answer.startswith(words[:190])
    assert len(answer) <= 204
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("policy", "kind", "reason", "wait"),
    [
        (reply("302 Found", "Location: /s3cret"), Unreachable, R.REDIRECT, None),
        (reply("307 Moved", "Location: http://169.254.169.254/"), Unreachable, R.REDIRECT, None),
        (reply("400 Bad Request"), Unreachable, R.STATUS, None),
        (reply("404 Not Found"), Unreachable, R.STATUS, None),
        (reply("410 Gone"), Refused, R.GONE, None),
        (reply("429 Slow", "Retry-After: 7"), Unreachable, R.THROTTLED, 7),
        (reply("429 Slow", "Retry-After: -1"), Unreachable, R.THROTTLED, 1),
        (reply("429 Slow", "Retry-After: 1000000000"), Unreachable, R.THROTTLED, 86_400),
        (reply("429 Slow", "Retry-After: later"), Unreachable, R.STATUS, None),
        (
            reply("503 Busy", "Retry-After: Tue, 17 Jun 2025 12:02:00 GMT"),
            Unreachable,
            R.THROTTLED,
            120,
        ),
        (reply("500 Oops", text="trace"), Unreachable, R.STATUS, None),
        (reply("503 Busy"), Unreachable, R.STATUS, None),
        (RESET, Unreachable, R.DROPPED, None),
        (CLOSE, Unreachable, R.DROPPED, None),
        (HANG, Unreachable, R.TIMEOUT, None),
        (b"SSH-2.0-OpenSSH\r\n\r\n", Unreachable, R.PROTOCOL, None),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
            Unreachable,
            R.PROTOCOL,
            None,
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", Unreachable, R.PROTOCOL, None),
    ],
)
async def test_every_other_answer_is_a_failure_with_its_reason(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
    policy: bytes | str,
    kind: type[DeliveryError],
    reason: DeliveryReason,
    wait: int | None,
) -> None:
    async with receiving(policy) as receiver:
        failed = await failure(channel(session), message(), to(receiver.url), now)
        assert len(receiver.requests) == 1
    assert (type(failed), failed.reason) == (kind, reason)
    if isinstance(failed, Unreachable):
        assert failed.retry_after == (wait if wait is None else timedelta(seconds=wait))
    else:
        assert failed.disable


async def test_the_receivers_answer_is_recorded(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
) -> None:
    async with receiving(reply("422 No", text='{"error": "unknown type"}')) as receiver:
        failed = await failure(channel(session), message(), to(receiver.url), now)
    assert failed.detail == '422 {"error": "unknown type"}'


async def test_a_failure_leaves_the_session_fit_for_the_next_call(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
) -> None:
    async with receiving(ENDLESS) as receiver:
        await channel(session).send(message(), to(receiver.url), now)
        receiver.policy = reply("200 OK", text="fine")
        assert await channel(session).send(message(), to(receiver.url), now) == "200 fine"


# ── the way there ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "reason"), [(None, R.DNS), ("169.254.169.254", R.EGRESS), ("127.0.0.1", R.EGRESS)]
)
async def test_a_name_that_leads_nowhere_we_go_is_tried_again(
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
    address: str | None,
    reason: DeliveryReason,
) -> None:
    unknown = OSError(None, "Name or service not known")
    answer = unknown if address is None else [address]
    async with egress.open_session(resolver=Names(answer)) as guarded:
        failed = await failure(
            channel(guarded), message(), to("https://hooks.example.org/s3cret"), now
        )
    assert isinstance(failed, Unreachable)
    assert failed.reason is reason


async def test_an_address_that_is_not_allowed_is_never_connected_to(
    message: Callable[..., Message], to: Callable[..., Subscription], now: datetime
) -> None:
    async with receiving(reply("200 OK")) as receiver, egress.open_session() as guarded:
        failed = await failure(channel(guarded), message(), to(receiver.url), now)
        assert receiver.requests == []
    assert failed.reason is R.EGRESS
    assert "egress.allow" in failed.detail


async def test_a_closed_port_is_no_connection(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/s3cret"
        failed = await failure(channel(session), message(), to(url), now)
    assert failed.reason is R.CONNECT
    assert "refused" in failed.detail.lower()


async def test_a_certificate_that_nobody_signed_is_refused(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
    certificate: tuple[Path, Path],
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with receiving(reply("200 OK"), context) as receiver:
        failed = await failure(channel(session), message(), to(receiver.url), now)
        assert receiver.requests == []
    assert failed.reason is R.TLS


@pytest.mark.parametrize("url", ["ftp://example.org/s3cret", "nonsense", "http://[/s3cret", ""])
async def test_an_address_that_is_none_waits_for_the_operator(
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
    now: datetime,
    url: str,
) -> None:
    failed = await failure(channel(session), message(), to(url), now)
    assert isinstance(failed, Unreachable)
    assert failed.reason is R.CONFIG


# ── the meaning of a status ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_alone_is_success(status: int) -> None:
    assert webhook_outcome(status) is None


@pytest.mark.parametrize(
    ("status", "retry_after", "kind", "reason"),
    [
        (301, None, Unreachable, R.REDIRECT),
        (302, None, Unreachable, R.REDIRECT),
        (304, None, Unreachable, R.REDIRECT),
        (308, None, Unreachable, R.REDIRECT),
        (410, None, Refused, R.GONE),
        (410, timedelta(hours=1), Refused, R.GONE),
        (429, timedelta(hours=1), Unreachable, R.THROTTLED),
        (503, timedelta(hours=1), Unreachable, R.THROTTLED),
        (429, None, Unreachable, R.STATUS),
        (503, None, Unreachable, R.STATUS),
        *((status, None, Unreachable, R.STATUS) for status in (400, 401, 403, 404, 408, 413, 425)),
        *((status, None, Unreachable, R.STATUS) for status in (500, 501, 502, 504, 599, 101, 999)),
        (500, timedelta(hours=1), Unreachable, R.STATUS),
    ],
)
def test_every_other_status_is_a_failure_with_its_reason(
    status: int, retry_after: timedelta | None, kind: type[DeliveryError], reason: DeliveryReason
) -> None:
    failed = webhook_outcome(status, words="no", retry_after=retry_after)
    assert type(failed) is kind
    assert failed.reason is reason
    assert str(status) in failed.detail
    if isinstance(failed, Refused):
        assert failed.disable
    elif reason is not R.REDIRECT:
        assert failed.retry_after == retry_after
