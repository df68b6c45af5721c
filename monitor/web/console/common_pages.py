"""Common pages of the console: the live status, all places on one page, and all keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.text.formats import readable_duration
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import render
from monitor.web.site.context import SiteContext
from monitor.web.site.site_health import SiteHealth

_KEYS = (
    ("j", "next article of the list"),
    ("k", "previous article of the list"),
    ("o", "open the article"),
    ("Esc", "back to the list"),
    ("r", "relevant"),
    ("x", "not relevant"),
    ("u", "undo the last act"),
    ("s", "skip to the next article"),
    ("1 – 8", "a theme on or off"),
    ("n", "note on the article"),
    ("/", "search"),
    ("Ctrl Enter", "try the draft, in the keyword lab"),
    ("?", "this page"),
)


def routes(site: SiteContext, health: SiteHealth) -> APIRouter:
    """Small pages that belong to no place."""
    place = PlaceRouter(site)

    @place.get("/console/live", Act.READ_HEALTH)
    async def live(request: Request) -> Response:
        status = await health.status()
        parts = {"status": status, "last_read": _ago(status.last_read_at, site.clock())}
        return render(site, request, "live", parts)

    @place.get("/console/more", Act.READ_OWN_ACCOUNT)
    async def more(request: Request) -> Response:
        return render(site, request, "more")

    @place.get("/console/keys", Act.READ_OWN_ACCOUNT)
    async def keys(request: Request) -> Response:
        return render(site, request, "keys", {"keys": _KEYS})

    return place.router


def _ago(instant: datetime | None, now: datetime) -> str:
    """ "12 s ago"; empty when no feed was read yet."""
    if instant is None:
        return ""
    return f"{readable_duration(max(now - instant, timedelta()))} ago"
