"""Loopback web server of the demo: a publisher of feeds and a webhook receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from monitor.demo.sample_feeds import SampleFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCall:
    """One webhook call, as the receiver saw it."""

    id: str
    genuine: bool  # the signature is the sender's, over this very body
    body: dict[str, Any]


@dataclass(slots=True)
class DemoServer:
    """The server's state, which the demo sets and reads."""

    feeds: Sequence[SampleFeed]
    round: int = 1
    address: str = ""  # "http://127.0.0.1:40123"
    secret: str = ""  # the receiver's, once it has a subscription
    now: datetime | None = None  # the receiver's clock
    received: list[ReceivedCall] = field(default_factory=list)

    def url(self, feed: SampleFeed) -> str:
        """Where the feed is served."""
        return f"{self.address}{feed.path}"

    @property
    def hook(self) -> str:
        """Where the webhook is called."""
        return f"{self.address}/hook"

    async def serve_feed(self, request: web.Request) -> web.Response:
        """Answer with the feed's document of the round, or 304 when its ETag is known."""
        feeds = {feed.path: feed for feed in self.feeds}
        if request.path not in feeds:
            return web.Response(status=404)
        body = feeds[request.path].document(self.round)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/xml", headers={"ETag": etag})

    async def take_hook(self, request: web.Request) -> web.Response:
        """Keep a call whose signature is right; answer 400 to any other."""
        body = await request.read()
        genuine = self.now is not None and is_genuine(
            request.headers, body, secret=self.secret, now=self.now
        )
        if not genuine:
            return web.Response(status=400, text="the signature is not the sender's")
        self.received.append(
            ReceivedCall(id=request.headers["webhook-id"], genuine=genuine, body=json.loads(body))
        )
        return web.Response(status=204)


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> bool:
    """Whether our sender signed these bytes within the last 5 minutes.

    Written from the Standard Webhooks specification and apart from our own signing, as the author
    of a receiver would.
    """
    id_, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(now.timestamp() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((id_.encode(), sent_at.encode(), body))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    signatures = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{expected}", signature) for signature in signatures)


@asynccontextmanager
async def serve(feeds: Sequence[SampleFeed]) -> AsyncIterator[DemoServer]:
    """Serve the feeds and the receiver on a free port of 127.0.0.1 until the block ends."""
    server = DemoServer(feeds)
    application = web.Application()
    application.router.add_post("/hook", server.take_hook)
    application.router.add_get("/{path:.*}", server.serve_feed)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.address = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
