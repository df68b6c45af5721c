"""The receiver of the guide accepts real deliveries once, and refuses other calls."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from monitor.deliver.transports import signature
from monitor.deliver.transports.webhook_client import WebhookChannel
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import Unreachable
from monitor.domain.messages import Message

DOCS = Path(__file__).parents[2] / "docs" / "webhooks"
OLD, NEW = signature.new_secret(), signature.new_secret()


@asynccontextmanager
async def receiver(folder: Path, secrets: str) -> AsyncIterator[tuple[str, asyncio.StreamReader]]:
    """The guide's receiver as a process: its address, and what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(DOCS / "receiver.py"),
        "0",
        str(folder / "received.db"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "WATCHPOST_SECRETS": secrets},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            port = (await process.stdout.readline()).split()[-1].decode()
        yield f"http://127.0.0.1:{port}/watchpost", process.stdout
    finally:
        process.kill()
        await process.wait()


@pytest.fixture
def channel(session: aiohttp.ClientSession) -> WebhookChannel:
    return WebhookChannel(session, timeout=timedelta(seconds=20), user_agent="Watchpost/test")


@pytest.fixture
def to(subscription: Callable[..., Subscription]) -> Callable[..., Subscription]:
    def make(url: str, **changes: object) -> Subscription:
        usual = {"channel": ChannelKind.WEBHOOK, "address": url, "signing_secret": OLD}
        return subscription(**(usual | changes))

    return make


async def test_the_receiver_takes_each_message_once(
    tmp_path: Path,
    channel: WebhookChannel,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
) -> None:
    now = datetime.now(UTC)
    async with receiver(tmp_path, OLD) as (url, printed):
        for key in ("a" * 32, "a" * 32, "b" * 32):
            assert (await channel.send(message(key=key), to(url), now)).startswith("204")
        lines = [(await printed.readline()).decode().split() for _ in range(2)]
    assert lines == [["a" * 32, "article.flagged"], ["b" * 32, "article.flagged"]]
    with sqlite3.connect(tmp_path / "received.db") as database:
        stored = dict(database.execute("SELECT id, body FROM messages").fetchall())
    database.close()
    assert set(stored) == {"a" * 32, "b" * 32}
    assert json.loads(stored["a" * 32])["data"]["article"]["title"] == "Sappers"


async def test_the_receiver_refuses_calls_of_others(
    tmp_path: Path,
    channel: WebhookChannel,
    session: aiohttp.ClientSession,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
) -> None:
    now = datetime.now(UTC)
    async with receiver(tmp_path, OLD) as (url, _):
        for secret, at in (
            (NEW, now),
            (OLD, now - timedelta(minutes=6)),
            (OLD, now + timedelta(minutes=6)),
        ):
            with pytest.raises(Unreachable, match="401"):
                await channel.send(message(), to(url, signing_secret=secret), at)
        for body, headers in ((b"{}", {}), (b"x" * 20_001, {}), (b"", {"webhook-timestamp": "x"})):
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status in (401, 413)
    assert not (tmp_path / "received.db").exists()


async def test_a_rotation_reaches_it_before_and_after_it_changes(
    tmp_path: Path,
    channel: WebhookChannel,
    message: Callable[..., Message],
    to: Callable[..., Subscription],
) -> None:
    now = datetime.now(UTC)
    ends = ((OLD, now + timedelta(hours=24)),)
    for secrets in (OLD, NEW, f"{OLD} {NEW}"):
        async with receiver(tmp_path, secrets) as (url, _):
            rotated = to(url, signing_secret=NEW, old_secrets=ends)
            assert (await channel.send(message(key=secrets[-8:]), rotated, now)).startswith("204")
            if secrets == OLD:
                over = replace(rotated, old_secrets=((OLD, now),))
                with pytest.raises(Unreachable, match="401"):
                    await channel.send(message(), over, now)
