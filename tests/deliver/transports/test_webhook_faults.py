"""Webhook calls to the shared fault server, whose policies misbehave."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import DeliveryError
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.receivers import (
    fault_tool,
)
from tests.deliver.webhook_calls import SECRET, channel, failure

R = DeliveryReason


@pytest.fixture
def to(subscription: Callable[..., Subscription]) -> Callable[[str], Subscription]:
    """A webhook subscription at this address."""
    return lambda url: subscription(channel=ChannelKind.WEBHOOK, address=url, signing_secret=SECRET)


@pytest.fixture
async def faults(shared: Path) -> AsyncIterator[str]:
    """The shared misbehaving receiver, as a process of its own."""
    async with fault_tool(shared, "fault_server.py") as (port, _):
        yield f"http://127.0.0.1:{port}"


async def test_the_policies_of_the_fault_server_are_distinguished(
    faults: str,
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
) -> None:
    expected = {
        "200": None,
        "204": None,
        "drip:2": None,
        "bigbody": None,
        "302": R.REDIRECT,
        "400": R.STATUS,
        "410": R.GONE,
        "429:5": R.THROTTLED,
        "500": R.STATUS,
        "503": R.STATUS,
        "reset": R.DROPPED,
        "close": R.DROPPED,
        "late:2": R.TIMEOUT,
    }
    outcomes = {}
    for policy in expected:
        key, now = f"key-{policy.partition(':')[0]}", datetime.now(UTC)
        try:
            await channel(session).send(message(key=key), to(f"{faults}/hook/{policy}"), now)
            outcomes[policy] = None
        except DeliveryError as error:
            outcomes[policy] = error.reason
    assert outcomes == expected
    async with session.get(f"{faults}/ledger") as answer:
        ledger = await answer.json()
    for attempts in ledger.values():
        (attempt,) = attempts
        assert attempt["signature"].startswith("v1,")


async def test_an_answer_after_our_time_is_tried_again_under_the_same_id(
    faults: str,
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
) -> None:
    url, now = f"{faults}/hook/reset,200", datetime.now(UTC)
    assert (await failure(channel(session), message(), to(url), now)).reason is R.DROPPED
    assert (await channel(session).send(message(), to(url), now)).startswith("200")
    async with session.get(f"{faults}/ledger") as answer:
        attempts = (await answer.json())["e" * 32]
    assert len({attempt["sha256"] for attempt in attempts}) == 1
    assert len(attempts) == 2
