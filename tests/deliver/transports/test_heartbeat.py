"""The heartbeat goes through the egress guard, and each failure is one sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.deliver.transports.heartbeat import HeartbeatCall
from monitor.domain.errors import Unreachable
from monitor.domain.reasons import DeliveryReason
from monitor.net import egress
from tests.web_fixtures import Server


def call(session, url: str, *, timeout: float = 5) -> HeartbeatCall:
    return HeartbeatCall(
        session, url, timeout=timedelta(seconds=timeout), user_agent="Watchpost/1 (+none)"
    )


async def test_the_call_names_its_user_agent(server: Server, session):
    url = server.serve("/ping/s3cret", b"OK")
    await call(session, url)()
    (got,) = server.calls
    assert got.headers["user-agent"] == "Watchpost/1 (+none)"


@pytest.mark.parametrize("status", ["500 Oops", "404 Not Found", "302 Found", "410 Gone"])
async def test_only_success_counts_and_no_redirect_is_followed(server: Server, session, status):
    server.serve("/next", b"OK")
    url = server.serve("/ping/s3cret", b"", status, Location="/next")
    with pytest.raises(Unreachable) as failed:
        await call(session, url)()
    assert failed.value.reason is DeliveryReason.STATUS
    assert str(failed.value) == f"status: it answered {status[:3]}"
    assert [call.target for call in server.calls] == ["/ping/s3cret"]


async def test_silence_ends_after_a_while(server: Server, session):
    async def hang(call) -> None:
        await call.writer.drain()
        await call.writer.wait_closed()

    url = server.on("/ping/s3cret", hang)
    with pytest.raises(Unreachable) as failed:
        await call(session, url, timeout=0.05)()
    assert str(failed.value) == "timeout: no answer within 0.05 s"


async def test_an_address_that_may_not_be_reached_is_not(server: Server):
    url = server.serve("/ping/s3cret", b"OK")
    async with egress.open_session(allow=()) as strict:
        with pytest.raises(Unreachable) as failed:
            await call(strict, url)()
    assert failed.value.reason is DeliveryReason.EGRESS
    assert not server.calls


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/s3cret", "http://[broken/s3cret"])
async def test_the_address_is_in_no_error(session, url):
    with pytest.raises(Unreachable) as failed:
        await call(session, url)()
    assert "s3cret" not in str(failed.value)
