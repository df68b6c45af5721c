"""Tests of what the operations of one site share."""

from __future__ import annotations

from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.site.site_health import SiteHealth
from tests.web.conftest import Visitor


def test_each_site_counts_the_requests_of_its_own_callers(visitor: Visitor) -> None:
    parts = {
        "site": visitor.site,
        "explainers": ExplainerCache(visitor.site.settings),
        "health": SiteHealth(visitor.site),
    }
    assert ApiContext(**parts).limits is not ApiContext(**parts).limits
