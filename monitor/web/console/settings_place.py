"""Settings and health: what works, what does not, each setting in force with its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fastapi import APIRouter, Request, Response

from monitor import __version__
from monitor.access.permissions import Act, is_allowed
from monitor.actions.operations.configuration import EffectiveSetting
from monitor.actions.operations.service_state import ServiceState, public_state
from monitor.web.console import article_lists
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.site.context import SiteContext
from monitor.web.site.site_health import SiteHealth

PATH = "/console/settings"


def routes(site: SiteContext, health: SiteHealth) -> APIRouter:
    """The page, and the same for programs."""
    place = PlaceRouter(site)
    site.preparations.append(health.service_state)

    async def state_for(request: Request) -> ServiceState:
        state = await health.service_state()
        return state if _sees_settings(request) else public_state(state)

    @place.get(PATH, Act.READ_HEALTH)
    async def settings_page(request: Request) -> Response:
        state = await state_for(request)
        parts = {
            "state": state,
            "sections": list(_sections(state.settings)),
            "sees_settings": _sees_settings(request),
            "version": __version__,
        }
        return render(site, request, "settings", parts)

    @place.get(PATH + ".json", Act.READ_HEALTH)
    async def settings_json(request: Request) -> Response:
        return article_lists.json_response((await state_for(request)).as_json())

    return place.router


def _sees_settings(request: Request) -> bool:
    caller = caller_of(request)
    return is_allowed(Act.READ_SETTINGS, role=caller.role, scopes=caller.scopes)


def _sections(
    settings: tuple[EffectiveSetting, ...],
) -> Iterator[tuple[str, list[EffectiveSetting]]]:
    """The settings of each section of the file."""
    for section, members in groupby(settings, key=lambda setting: setting.section):
        yield section, list(members)
