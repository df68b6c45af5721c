"""Tests of the acts of all routes: what a page can do, the API can."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from monitor.web.route_acts import acts_of_api


def test_a_route_of_the_api_without_an_act_is_an_error() -> None:
    app = FastAPI()
    app.router.routes.append(Route("/api/v1/secret", lambda request: PlainTextResponse("")))
    with pytest.raises(KeyError, match="/api/v1/secret"):
        acts_of_api(app)


def test_routes_of_readers_are_not_looked_at() -> None:
    app = FastAPI()
    app.router.routes.append(Route("/style.css", lambda request: PlainTextResponse("")))
    assert acts_of_api(app) == {}
