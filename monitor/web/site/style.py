"""The style sheet of all pages."""

from __future__ import annotations

from fastapi import APIRouter, Response

from monitor.web.site.templating import TEMPLATES


def routes() -> APIRouter:
    """`/style.css`, cached by browsers for an hour."""
    router = APIRouter()
    content = (TEMPLATES / "style.css").read_bytes()

    @router.get("/style.css")
    async def css() -> Response:
        headers = {"cache-control": "public, max-age=3600"}
        return Response(content, media_type="text/css", headers=headers)

    return router
