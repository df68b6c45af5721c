"""API reference: every operation with its fields and a curl line, from the OpenAPI document."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from monitor.access.permissions import Act
from monitor.settings import resources
from monitor.web.console.frame import authentication
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import Parts, render, render_part
from monitor.web.console.reference.operation_text import Schema, resources_of
from monitor.web.site.context import SiteContext

PATH = "/console/api"


def routes(site: SiteContext) -> APIRouter:
    """The page."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_OWN_ACCOUNT)
    async def reference(request: Request) -> Response:
        return render(site, request, "api", _parts(authentication.origin_of(request)))

    return place.router


def _parts(origin: str) -> Parts:
    packed, count = _packed_operations(origin)
    operations = Markup(zlib.decompress(packed).decode())  # noqa: S704 - `render_part` escaped it
    return {"operations": operations, "count": count}


@lru_cache(maxsize=1)
def _packed_operations(origin: str) -> tuple[bytes, int]:
    """The operations, rendered once for the origin that was asked for last, and how many they are.

    Packed: half a megabyte of a page that few people ask for.
    """
    described = resources_of(_document(), origin)
    count = sum(len(resource.operations) for resource in described)
    operations = render_part("api_operations", {"resources": described})
    return zlib.compress(operations.encode()), count


class _Parts(Mapping[str, Any]):
    """The members of a JSON object, each decoded when it is asked for.

    The whole document takes 2 MB while it is decoded, of which a service would keep the most.
    """

    def __init__(self, raw: Mapping[str, msgspec.Raw]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> Any:
        return msgspec.json.decode(self._raw[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class _Components(msgspec.Struct):
    schemas: dict[str, msgspec.Raw]


class _OpenApi(msgspec.Struct):
    """What the page shows of the document."""

    paths: dict[str, msgspec.Raw]
    components: _Components


def _document() -> Schema:
    content = resources.path("docs", "openapi.json").read_bytes()
    document = msgspec.json.decode(content, type=_OpenApi)
    schemas = _Parts(document.components.schemas)
    return {"paths": _Parts(document.paths), "components": {"schemas": schemas}}
