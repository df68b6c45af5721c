"""The acts of all routes that people and programs sign in for: console and API."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from monitor.access.permissions import Act
from monitor.web.api.conventions.endpoint import ApiEndpoint
from monitor.web.assistants.http_endpoint import AssistantEndpoint
from monitor.web.console.frame.place_router import acts_of_places


def acts_of_routes(app: FastAPI) -> dict[str, Act | None]:
    """From "POST /console/marks" to its act; None: it is open to everybody.

    Raise KeyError for a route below `/console` or `/api` that was made without an act.
    """
    return acts_of_places(app) | acts_of_api(app)


def acts_of_api(app: FastAPI) -> dict[str, Act | None]:
    """The same of the API and of the tools for assistants alone."""
    acts: dict[str, Act | None] = {}
    for route in app.routes:
        path = getattr(route, "path", "")
        if not path.startswith("/api"):
            continue
        if not (
            isinstance(route, Route) and isinstance(route.app, ApiEndpoint | AssistantEndpoint)
        ):
            raise KeyError(path)
        acts |= {f"{method} {path}": act for method, act in route.app.acts.items()}
    return acts
