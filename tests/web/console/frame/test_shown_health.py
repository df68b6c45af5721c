"""The health that pages show."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.operations.service_health import ServiceStatus
from monitor.web.console.frame.shown_health import ShownHealth
from tests.web.conftest import Visitor


async def test_health_is_that_of_healthz_and_is_asked_for_once_in_ten_seconds(visitor: Visitor):
    shown = ShownHealth(visitor.site)
    assert (await shown.now()).status is ServiceStatus.OK
    visitor.faults["configuration"] = "an edit is refused"
    assert (await shown.now()).status is ServiceStatus.OK
    visitor.clock.later(timedelta(seconds=10))
    health = await shown.now()
    assert health.reasons == ("configuration: an edit is refused",)
    assert (await visitor.get("/healthz")).json()["reasons"] == list(health.reasons)
