"""WebSub callback: hubs verify subscriptions (GET) and announce news (POST)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from monitor.pipeline.websub_round import Callback
from monitor.polling import websub
from monitor.web.site import templating
from monitor.web.site.context import SiteContext


def routes(site: SiteContext) -> APIRouter:
    """GET verifies, POST announces; the posted body is only used to check its signature."""
    router = APIRouter()
    callback = Callback(site.writing.store, site.writing.run, site.clock)

    @router.get("/websub/{token}")
    async def verify(token: str, request: Request) -> Response:
        status, text = await callback.verify(token, request.query_params)
        if status == 404:
            raise templating.not_found()
        return Response(text, media_type="text/plain")

    @router.post("/websub/{token}")
    async def received(token: str, request: Request) -> Response:
        content = await templating.read_body(request, websub.MOST_BYTES)
        status = await callback.received(token, request.headers, content)
        return Response(status_code=status)

    return router
