"""A server of the OpenAI-compatible chat protocol on the loopback, which tells truth and lies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Reply = Callable[[dict[str, str]], Awaitable[web.StreamResponse] | web.StreamResponse]


def said(content: object) -> web.Response:
    """A reply of the protocol with this text, or this object as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    message = {"role": "assistant", "content": text}
    return web.json_response({"choices": [{"index": 0, "message": message}]})


def judged(*, relevant: bool, reason: str = "soldiers are sent") -> web.Response:
    """A usable answer."""
    return said({"relevant": relevant, "reason": reason})


async def hangs(article: dict[str, str]) -> web.StreamResponse:
    """Never answers."""
    await asyncio.Event().wait()
    return web.Response()


@dataclass
class ChatServer:
    """What the server was asked, and how it answers."""

    url: str
    reply: Reply = field(default=lambda article: judged(relevant=True))
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one question by the article that it is about."""
        body = await request.json()
        self.requests.append(body)
        self.keys.append(request.headers.get("Authorization"))
        reply = self.reply(json.loads(body["messages"][1]["content"]))
        return await reply if isinstance(reply, Awaitable) else reply


@asynccontextmanager
async def chat_server() -> AsyncIterator[ChatServer]:
    """A running server."""
    server = ChatServer(url="")
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
