"""Tests of what the operations of one site share."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.site.event_streams import EventStreams
from monitor.web.site.pack_operations import PackOperations
from monitor.web.site.rule_lab import RuleLab
from monitor.web.site.short_cache import ShortCache
from monitor.web.site.site_health import SiteHealth
from tests.web.conftest import Visitor


def test_each_site_counts_the_requests_of_its_own_callers(visitor: Visitor) -> None:
    explainers = ExplainerCache(visitor.site.settings)
    parts = {
        "site": visitor.site,
        "explainers": explainers,
        "health": SiteHealth(visitor.site),
        "statistics": ShortCache[JsonObject](visitor.clock, timedelta(minutes=1)),
        "packs": PackOperations(visitor.site),
        "lab": RuleLab(visitor.site, explainers),
        "events": EventStreams(visitor.site),
    }
    assert ApiContext(**parts).limits is not ApiContext(**parts).limits
