"""Tests of the routes of the API: one for each address, the literal ones first."""

from __future__ import annotations

import sys
from datetime import timedelta
from subprocess import run

from fastapi import FastAPI

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.api import api_routes
from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.site.event_streams import EventStreams
from monitor.web.site.pack_operations import PackOperations
from monitor.web.site.rule_lab import RuleLab
from monitor.web.site.short_cache import ShortCache
from monitor.web.site.site_health import SiteHealth
from tests.web.conftest import Visitor


def test_each_address_has_one_route(visitor: Visitor) -> None:
    app = FastAPI()
    site = visitor.site
    explainers = ExplainerCache(site.settings)
    context = ApiContext(
        site=site,
        explainers=explainers,
        health=SiteHealth(site),
        statistics=ShortCache[JsonObject](site.clock, timedelta(minutes=1)),
        packs=PackOperations(site),
        lab=RuleLab(site, explainers),
        events=EventStreams(site),
    )
    api_routes.add_to(app, context)
    paths = [route.path for route in app.routes if route.path.startswith("/api/v1")]
    assert len(paths) == len(set(paths))
    assert len(paths) == len({operation.path for operation in api_routes.all_operations()})


def test_a_site_without_a_console_does_not_load_the_api() -> None:
    script = "import sys, monitor.web.application; print('monitor.web.api' in sys.modules)"
    printed = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert printed.stdout == "False\n"
