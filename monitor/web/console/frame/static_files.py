"""Static files of the console: style sheet and scripts, at addresses that hold their digest.

A browser may keep such a file for ever, because another content has another address.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

STATIC = Path(__file__).parents[2] / "static"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


@cache
def static_names() -> dict[str, str]:
    """From a file's name to its name with a digest: "keys.js" → "keys.1a2b3c4d5e.js"."""
    files = (path for path in sorted(STATIC.iterdir()) if path.suffix in _MEDIA_TYPES)
    return {path.name: f"{path.stem}.{_digest(path)}{path.suffix}" for path in files}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def routes(site: SiteContext) -> APIRouter:
    """`/console/static/NAME`, for everybody: they hold nothing of the installation."""
    place = PlaceRouter(site)
    contents = {
        name: ((STATIC / file).read_bytes(), _MEDIA_TYPES[Path(file).suffix])
        for file, name in static_names().items()
    }

    @place.open_get("/console/static/{name}")
    async def static_file(name: str) -> Response:
        if name not in contents:
            raise templating.not_found()
        content, media_type = contents[name]
        return Response(content, media_type=media_type, headers=_FOREVER)

    return place.router
