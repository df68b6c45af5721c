"""Tests of the acts of all routes: what a page can do, the API can."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from monitor.access.permissions import PERMISSIONS, Act
from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.application import add_console
from monitor.web.console.frame.place_router import acts_of_places
from monitor.web.route_acts import acts_of_api
from monitor.web.site.site_health import SiteHealth
from tests.web.conftest import Visitor


def test_a_route_of_the_api_without_an_act_is_an_error() -> None:
    app = FastAPI()
    app.router.routes.append(Route("/api/v1/secret", lambda request: PlainTextResponse("")))
    with pytest.raises(KeyError, match="/api/v1/secret"):
        acts_of_api(app)


def test_whatever_a_page_can_do_the_api_can(visitor: Visitor) -> None:
    app = FastAPI()
    add_console(app, visitor.site, SiteHealth(visitor.site), ExplainerCache(visitor.site.settings))
    of_pages = {act for act in acts_of_places(app).values() if act is not None}
    of_programs = {act for act in of_pages if may_be_a_program(act)}
    assert of_programs <= {*acts_of_api(app).values()}


def may_be_a_program(act: Act) -> bool:
    """Whether an access token may do it at all: not what belongs to a person, like a password."""
    permission = PERMISSIONS[act]
    return permission.any_token or permission.scope is not None


def test_routes_of_readers_are_not_looked_at() -> None:
    app = FastAPI()
    app.router.routes.append(Route("/style.css", lambda request: PlainTextResponse("")))
    assert acts_of_api(app) == {}
