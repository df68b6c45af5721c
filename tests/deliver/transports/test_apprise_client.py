"""Apprise sends each message once, reports failures, and stays within `egress.allow`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from monitor.deliver.transports.apprise_client import AppriseChannel, body
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import ConfigError, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.receivers import CLOSE, HANG, Receiver, receiving, reply
from tests.web_fixtures import LOOPBACK

R = DeliveryReason
SLOW = timedelta(seconds=30)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat() -> AsyncIterator[AppriseChannel]:
    """A channel that may reach this machine; its processes are shared by the tests."""
    channel = AppriseChannel(allow=LOOPBACK, timeout=SLOW)
    yield channel
    await channel.close()


@pytest.fixture
def to(subscription: Callable[..., Subscription]) -> Callable[[str], Subscription]:
    return lambda url: subscription(
        channel=ChannelKind.APPRISE, address="json://…", private_url=url
    )


def address(receiver: Receiver, query: str = "") -> str:
    return receiver.url.replace("http://", "json://").partition("?")[0] + query


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_message_arrives_as_text(
    chat: AppriseChannel,
    message: Callable[..., Message],
    to: Callable[[str], Subscription],
    now: datetime,
) -> None:
    async with receiving(reply("200 OK", text="fine")) as receiver:
        alert = message(text="One\n\n북한 <b>\n\n----\nwhy")
        words = await chat.send(alert, to(address(receiver)), now)
    assert words == "taken by JSON"
    ((line, _, sent),) = receiver.requests
    assert line == "POST /hook/s3cret HTTP/1.1"
    alert = json.loads(sent)
    assert alert["title"] == "[dprk-russia][troops] Sappers seen in Kursk"
    assert alert["message"] == "One\n\n북한 <b>"


@pytest.mark.parametrize(
    ("policy", "reason", "words"),
    [
        (reply("500 Oops"), R.STATUS, "error=500"),
        (reply("404 Not Found"), R.STATUS, "error=404"),
        (reply("302 Found", "Location: /elsewhere"), R.STATUS, "JSON"),
        (CLOSE, R.CONNECT, "JSON"),
    ],
)
async def test_a_refused_message_is_a_failure_without_the_address_in_it(
    chat: AppriseChannel,
    message: Callable[..., Message],
    to: Callable[[str], Subscription],
    now: datetime,
    policy: bytes | str,
    reason: DeliveryReason,
    words: str,
) -> None:
    async with receiving(policy) as receiver:
        with pytest.raises(Unreachable) as failed:
            await chat.send(message(), to(address(receiver, "?redirect=yes")), now)
    assert (failed.value.reason, words in failed.value.detail) == (reason, True)
    assert "s3cret" not in str(failed.value)
    assert [line for line, _, _ in receiver.requests] == ["POST /hook/s3cret HTTP/1.1"]


async def test_a_chat_that_hangs_is_left_and_the_next_message_goes(
    message: Callable[..., Message], to: Callable[[str], Subscription], now: datetime
) -> None:
    channel = AppriseChannel(allow=LOOPBACK, timeout=timedelta(seconds=2))
    try:
        async with receiving(HANG) as hanging, receiving(reply("200 OK")) as good:
            never = to(address(hanging, "?rto=60"))
            late = asyncio.create_task(channel.send(message(), never, now))
            assert await channel.send(message(), to(address(good)), now) == "taken by JSON"
            with pytest.raises(Unreachable) as failed:
                await late
        assert failed.value.reason is R.TIMEOUT
        assert "may have arrived" in failed.value.detail
    finally:
        await channel.close()


async def test_a_closed_address_is_refused_when_it_is_connected_to(
    message: Callable[..., Message], to: Callable[[str], Subscription], now: datetime
) -> None:
    channel = AppriseChannel(allow=(), timeout=SLOW)
    try:
        async with receiving(reply("200 OK")) as receiver:
            for url in (address(receiver), address(receiver).replace("127.0.0.1", "localhost")):
                with pytest.raises(Unreachable) as failed:
                    await channel.send(message(), to(url), now)
                assert failed.value.reason is R.EGRESS
                assert "egress.allow" in failed.value.detail
                with pytest.raises(ConfigError, match=r"egress\.allow"):
                    await channel.check(url)
            assert receiver.requests == []
    finally:
        await channel.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nosuch://token/x", "knows no such service"),
        ("slack://", "can't read this slack:// address"),
        ("dbus://", "stays on this machine"),
        ("syslog://", "stays on this machine"),
        ("file:///etc/passwd", "stays on this machine"),
        ("json://example.org/?template=/etc/s3cret", "would read a file"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/12315545", "several receivers"),
    ],
)
async def test_an_invalid_address_is_refused_before_it_is_stored(
    chat: AppriseChannel, url: str, words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        await chat.check(url)
    assert words in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "abcdefg" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("tgram://123456789:abcdefg_hijklmnop/12315544", "Telegram"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", "Slack"),
        ("ntfys://ntfy.example.org/topic", "ntfy"),
    ],
)
async def test_an_address_of_a_service_is_known(
    chat: AppriseChannel, url: str, service: str
) -> None:
    assert await chat.check(url) == service


async def test_the_text_is_short_enough_for_every_chat(message: Callable[..., Message]) -> None:
    assert len(body(message(text="word " * 2_000))) <= 1_800
