"""A publisher and a webhook receiver on loopback, for the demo to talk to."""

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
class Received:
    """One webhook call, as the receiver saw it."""

    id: str
    genuine: bool  # the signature is the sender's, over this very body
    body: dict[str, Any]


@dataclass(slots=True)
class DemoReceivers:
    """What the demo can turn and look at."""

    feeds: Sequence[SampleFeed]
    round: int = 1
    address: str = ""  # "http://127.0.0.1:40123"
    secret: str = ""  # the receiver's, once it is subscribed
    now: datetime | None = None  # the receiver's clock
    received: list[Received] = field(default_factory=list)

    def url(self, feed: SampleFeed) -> str:
        return f"{self.address}{feed.path}"

    @property
    def hook(self) -> str:
        return f"{self.address}/hook"

    async def serve_feed(self, request: web.Request) -> web.Response:
        feed = next((feed for feed in self.feeds if feed.path == request.path), None)
        if feed is None:
            return web.Response(status=404)
        body = feed.document(self.round)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/xml", headers={"ETag": etag})

    async def take_hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        genuine = self.now is not None and is_genuine(
            request.headers, body, secret=self.secret, now=self.now
        )
        if not genuine:
            return web.Response(status=400, text="the signature is not the sender's")
        self.received.append(
            Received(id=request.headers["webhook-id"], genuine=genuine, body=json.loads(body))
        )
        return web.Response(status=204)


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> bool:
    """What every receiver should ask: signed by our sender, over these bytes, within 5 minutes.

    Written from the Standard Webhooks specification and apart from our own signing, as a
    receiver's author would.
    """
    id_, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(now.timestamp() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((id_.encode(), sent_at.encode(), body))
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{wanted}", signature) for signature in given)


@asynccontextmanager
async def raise_curtain(feeds: Sequence[SampleFeed]) -> AsyncIterator[DemoReceivers]:
    """Serve the feeds and the receiver on a free port of 127.0.0.1 until the end."""
    stage = DemoReceivers(feeds)
    application = web.Application()
    application.router.add_post("/hook", stage.take_hook)
    application.router.add_get("/{path:.*}", stage.serve_feed)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        stage.address = f"http://{host}:{port}"
        yield stage
    finally:
        await runner.cleanup()
