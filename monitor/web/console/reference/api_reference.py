"""API reference: every operation with its fields and a curl line, from the OpenAPI document."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.settings import resources
from monitor.web.console.frame import authentication
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import render
from monitor.web.console.reference.operation_text import ResourceText, resources_of
from monitor.web.site.context import SiteContext

PATH = "/console/api"


def routes(site: SiteContext) -> APIRouter:
    """The page."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_OWN_ACCOUNT)
    async def reference(request: Request) -> Response:
        described = _resources(authentication.origin_of(request))
        count = sum(len(resource.operations) for resource in described)
        return render(site, request, "api", {"resources": described, "count": count})

    return place.router


def _resources(origin: str) -> list[ResourceText]:
    """Read at each request: it is seldom asked for, and takes a megabyte while it is held."""
    path = resources.path("docs", "openapi.json")
    return resources_of(json.loads(path.read_text(encoding="utf-8")), origin)
