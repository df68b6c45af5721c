"""API reference: every operation with its fields and a curl line, from the OpenAPI document."""

from __future__ import annotations

import json
from functools import lru_cache

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.settings import resources
from monitor.web.console.frame import authentication
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import Parts, render, render_part
from monitor.web.console.reference.operation_text import resources_of
from monitor.web.site.context import SiteContext

PATH = "/console/api"


def routes(site: SiteContext) -> APIRouter:
    """The page."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_OWN_ACCOUNT)
    async def reference(request: Request) -> Response:
        return render(site, request, "api", _parts(authentication.origin_of(request)))

    return place.router


@lru_cache(maxsize=1)
def _parts(origin: str) -> Parts:
    """The operations, rendered once for the origin that was asked for last."""
    document = resources.path("docs", "openapi.json").read_text(encoding="utf-8")
    described = resources_of(json.loads(document), origin)
    count = sum(len(resource.operations) for resource in described)
    operations = render_part("api_operations", {"resources": described})
    return {"operations": operations, "count": count}
