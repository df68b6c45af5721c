"""ASGI middleware that tells work in the same process that a page waits for the interpreter."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.site.turns import Turns


class PageTurns:
    """Counts each request as waiting until its answer begins: a download may last for minutes."""

    def __init__(self, inner: ASGIApp, turns: Turns) -> None:
        self._inner = inner
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        page = self._turns.begin_page()

        async def send_and_end(message: Message) -> None:
            self._turns.end_page(page)
            await send(message)

        try:
            await self._inner(scope, receive, send_and_end)
        finally:
            self._turns.end_page(page)
